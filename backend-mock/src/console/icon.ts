/** The console's sign in a browser's tab: a door that is a little open. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1d4ed8"/>
<path d="M9 6h14v20H9z" fill="#fff"/>
<path d="M9 6l9 3.5v19L9 26z" fill="#10265e"/>
<circle cx="15.5" cy="18" r="1.3" fill="#fff"/>
</svg>
`;
