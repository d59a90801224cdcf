import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import type { Task, TaskUse } from './task.ts';
import { verifiedTask } from './task-evidence.ts';
import { lockTask, spendTask } from './tasks-repository.ts';

/** Lets commits rest on what a person approved beforehand. */
@Injectable()
export class TasksService {
  readonly #settings: Settings;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  /** Whether a task is what its person signed, and that person could still sign it. */
  verified(tx: Tx, task: Task): Promise<boolean> {
    return verifiedTask(tx, task, this.#settings);
  }

  /**
   * Uses a task for one commit, in that commit's transaction: when the commit is undone, so is the use.
   *
   * @param now milliseconds.
   * @param id of the task that policy counted on.
   * @returns false when it does not cover the use (any more), or its evidence does not hold: then nothing has changed.
   */
  async use(tx: Tx, now: number, id: string, use: TaskUse): Promise<boolean> {
    // Locked first: from then on nobody else changes the row, and what was verified is what is spent from.
    const task = await lockTask(tx, id);
    return task !== undefined && (await this.verified(tx, task)) && spendTask(tx, now, id, use);
  }
}
