// What both servers are told of who asks: the settings under which every transaction runs, as JSON in
// BENCH_SETTINGS. Finding that out costs them nothing.
export const settings = JSON.parse(process.env.BENCH_SETTINGS);
export const { tenant } = JSON.parse(process.env.BENCH_VIEWER);
export const database = { host: process.env.BENCH_SOCKET, user: 'banyan_app', database: 'banyan' };
export const connections = Number(process.env.BENCH_POOL);
export const port = Number(process.env.BENCH_PORT);
