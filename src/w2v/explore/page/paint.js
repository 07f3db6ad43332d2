// Paints the map: points in the colours of their groups, what is marked, what is selected, and words where there is room.

import { LabelSpace } from "./labels.js";

const MOST_LABELS = 90;
const MOST_TRIED = 1500; // words that are tried for a label in one frame
const EVERYWHERE = 150; // the most frequent words, "the" and "of", say nothing about a place: they are named close by only
const LARGE = 3000; // words of a map of which this holds
const CLOSE = 6; // zoom from which all words are named
const FAR = 2.5; // zoom up to which groups are named
const FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/** Paint a map, with points at x and y, in colours, on a context. */
export function paint(context, map, x, y, colours) {
  const { width, height, scale, left, top, zoom } = map.camera;
  const frame = { context, map, colours, space: new LabelSpace(width, height), spot: (word) => [x[word] * scale + left, y[word] * scale + top] };
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  const sparse = Math.log2(Math.max(1, map.size / Math.max(1, map.shownCount))) * 0.3;
  const size = Math.min(7, 1.6 + sparse + Math.log2(Math.max(1, zoom)) * 0.8);
  const marked = map.main.length > 0 || map.near.size > 0;
  points(frame, size, marked || map.chosen.size > 0 ? 0.35 : 0.75);
  if (map.chosen.size) selected(frame, size);
  if (marked) marks(frame, size);
  if (!marked && !map.chosen.size && zoom < FAR) groups(frame);
  words(frame, marked ? colours.soft : colours.ink);
  if (map.lasso) line(frame);
}

function points({ context, map, colours, spot }, size, alpha) {
  const { width, height } = map.camera;
  context.globalAlpha = alpha;
  map.byColour.forEach((members, colour) => {
    context.fillStyle = colours.groups[colour];
    for (const word of members) {
      if (word >= map.shownCount) break;
      const [px, py] = spot(word);
      if (px > -8 && py > -8 && px < width + 8 && py < height + 8) context.fillRect(px - size / 2, py - size / 2, size, size);
    }
  });
  context.globalAlpha = 1;
}

function dot({ context, colours, spot }, word, radius, colour) {
  context.beginPath();
  context.arc(...spot(word), radius, 0, 7);
  context.fillStyle = colour;
  context.fill();
  context.strokeStyle = colours.ground;
  context.lineWidth = 1.5;
  context.stroke();
}

function selected(frame, size) {
  for (const word of frame.map.chosen) dot(frame, word, size / 2 + 1.5, frame.colours.accent);
}

function marks(frame, size) {
  const { context, map, colours, spot } = frame;
  if (map.main.length) {
    context.strokeStyle = colours.soft;
    context.lineWidth = 0.7;
    context.globalAlpha = 0.6;
    context.beginPath();
    for (const word of map.near) {
      context.moveTo(...spot(map.main[0]));
      context.lineTo(...spot(word));
    }
    context.stroke();
    context.globalAlpha = 1;
  }
  for (const word of map.near) dot(frame, word, size / 2 + 3, colours.groups[0]);
  for (const word of map.main) dot(frame, word, size / 2 + 5, colours.groups[1]);
  for (const word of map.main) label(frame, map.words[word], spot(word), `700 14px ${FONT}`, colours.ink, { must: true });
  for (const word of map.near) label(frame, map.words[word], spot(word), `600 12px ${FONT}`, colours.ink);
}

/** What groups are about: a few of their typical words, in bold, where these are. */
function groups(frame) {
  const { map, colours } = frame;
  const { scale, left, top, width } = map.camera;
  const font = `700 13px ${FONT}`;
  for (const group of map.groups) {
    if (!group.numbers.length || group.numbers[0] >= map.shownCount) continue;
    const text = group.words.slice(0, width < 500 ? 1 : 3).join(" · ");
    label(frame, text, [group.x * scale + left, group.y * scale + top], font, colours.ink, { centred: true });
  }
}

function words(frame, colour) {
  const { map, spot } = frame;
  const { width, height, zoom } = map.camera;
  const font = `12px ${FONT}`;
  let tried = 0;
  let placed = 0;
  const first = zoom < CLOSE && map.shownCount >= LARGE ? EVERYWHERE : 0;
  for (let word = first; word < map.shownCount && tried < MOST_TRIED && placed < MOST_LABELS; word++) {
    const [px, py] = spot(word);
    if (px < 0 || py < 0 || px > width || py > height) continue;
    tried++;
    if (map.near.has(word) || map.main.includes(word)) continue;
    if (label(frame, map.words[word], [px, py], font, colour, { word })) placed++;
  }
}

function line({ context, map, colours }) {
  context.beginPath();
  for (const point of map.lasso) context.lineTo(...point);
  context.closePath();
  context.globalAlpha = 0.15;
  context.fillStyle = colours.accent;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.5;
  context.stroke();
}

/** Write a text beside a point, or over it, where there is room; whether there was. */
function label({ context, map, colours, space }, text, [x, y], font, colour, { must = false, centred = false, word = -1 } = {}) {
  context.font = font;
  const width = word < 0 ? context.measureText(text).width : (map.widths[word] ??= context.measureText(text).width);
  const place = centred ? space.over(x, y, width, 14) : space.find(x, y, width, 14, must);
  if (!place) return false;
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colours.ground;
  context.strokeText(text, ...place);
  context.fillStyle = colour;
  context.fillText(text, ...place);
  return true;
}
