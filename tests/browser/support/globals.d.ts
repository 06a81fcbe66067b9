// What pages/watch.js leaves in its window; any: it differs by player.
interface Window { viewer: any; }
