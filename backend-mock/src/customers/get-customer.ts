import { Injectable } from '@nestjs/common';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import {
  getCustomerArguments,
  getCustomerOutput,
  RECENT_ORDERS_MAX,
  type GetCustomerOutput,
} from '@narrow-deputies/contracts/crm';
import { labelOutside } from '@narrow-deputies/contracts/outside';
import type * as z from 'zod';
import { Refusal } from '../common/refusal.ts';
import { Operation } from '../operations/operation.decorator.ts';
import type { OperationContext, ReadOperation } from '../operations/operation.ts';
import type { Resource } from '../plans/plan.ts';
import { findCustomer } from './customers-repository.ts';
import { maskEmail, maskPhone } from './mask-contact.ts';
import { recentOrders } from './orders-repository.ts';

type Arguments = z.infer<typeof getCustomerArguments>;

export const getCustomerContract: Contract<'get_customer'> = {
  name: 'get_customer',
  kind: 'read',
  context: 'crm',
  action: 'read',
  resourceType: 'customer',
  scope: 'crm:get_customer',
  roles: ['lookup-agent', 'export-agent'],
  arguments: getCustomerArguments,
  output: getCustomerOutput,
  sideEffects: [],
  worstOutcome: 'The agent learns one customer and their recent orders, without a way to reach them.',
  ships: false,
  approval: 'none',
  money: null,
  record: '/customerId',
  shows: '',
  showsOutside: true,
  limits: { bodyBytes: 1024, depth: 2, perMinute: 60, burst: 20 },
  redaction: { customerId: 'keep' },
};

@Operation({ read: getCustomerContract })
@Injectable()
export class GetCustomer implements ReadOperation {
  resources({ customerId }: Arguments): readonly Pick<Resource, 'type' | 'id'>[] {
    return [{ type: 'customer', id: customerId }];
  }

  async read({ customerId }: Arguments, { tx }: OperationContext): Promise<JsonObject> {
    const customer = await findCustomer(tx, customerId);
    if (!customer) {
      throw new Refusal('not_found', { detail: 'There is no customer with this id. search_customers finds them.' });
    }
    const { count, orders } = await recentOrders(tx, customerId, RECENT_ORDERS_MAX);
    const { companyName, contactName, contactTitle, city, region, country } = customer;
    const answer: GetCustomerOutput = {
      customerId,
      ...labelOutside({ companyName, contactName, contactTitle, city, region, country }),
      contact: { email: maskEmail(customer.email), phone: maskPhone(customer.phone) },
      orderCount: count,
      recentOrders: orders,
    };
    return { ...answer };
  }
}
