// One Chromium and one web server for all viewers of a bench; prints where they are and stays until it is told to end.
import { launchServer } from '../support/browser.js';
import { Pages } from '../support/pages.js';

const browser = await launchServer();
const pages = await Pages.start();
process.stdout.write(`browser ${browser.wsEndpoint()}\npages ${pages.base}\n`);
const end = async () => {
  await Promise.all([browser.close(), pages.close()]);
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
