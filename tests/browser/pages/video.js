// The <video> of the players that use Media Source Extensions.

export function video() {
  const element = document.createElement('video');
  element.playsInline = true;
  element.crossOrigin = 'anonymous';
  return element;
}

/** @param {HTMLVideoElement} element */
export async function audioOf(element) {
  const context = new AudioContext();
  const source = context.createMediaElementSource(element);
  source.connect(context.destination);
  await context.resume();
  return source;
}
