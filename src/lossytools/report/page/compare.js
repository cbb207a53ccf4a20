"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const COLOURS = ["#0b6e99", "#c0392b", "#2d8a4e", "#8e5bb5", "#c77d0a", "#5d6d7e", "#b0437c", "#3a7bd5", "#7a8b2a"];
  const state = { image: 0, frame: 0, a: 0, b: 1, mode: "side", gain: 4, zoom: 0, x: 0, y: 0, split: 50, playing: false, front: "a", centre: 0, width: 1 };
  const pixels = new Map(); // what was decoded from the pictures, by their place
  let timer = 0;

  const image = () => data.images[state.image];
  const shown = () => image().frames[state.frame];

  /* ---- pictures to samples: 16-bit ones lie in two channels, the high byte in red ---- */
  async function samples(key, index) {
    if (pixels.has(key)) return pixels.get(key);
    const picture = new Image();
    picture.src = shown().pictures[index];
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth;
    canvas.height = picture.naturalHeight;
    const pen = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    pen.drawImage(picture, 0, 0);
    const raw = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    const { channels, wide, lowest } = image();
    const values = new Int32Array(canvas.width * canvas.height * channels);
    for (let at = 0, from = 0; from < raw.length; from += 4) {
      if (wide) values[at++] = raw[from] * 256 + raw[from + 1] + lowest;
      else for (let channel = 0; channel < channels; channel++) values[at++] = raw[from + channel];
    }
    const made = { width: canvas.width, height: canvas.height, values };
    pixels.set(key, made);
    return made;
  }
  const key = (index) => `${state.image}/${state.frame}/${index}`;
  const pair = () => Promise.all([samples(key(state.a), state.a), samples(key(state.b), state.b)]);

  function level(value) {
    const { wide } = image();
    if (!wide) return value;
    return Math.max(0, Math.min(255, ((value - state.centre) / state.width + 0.5) * 255));
  }

  function paint(canvas, width, height, colour) {
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    const out = pen.createImageData(width, height);
    for (let at = 0; at < width * height; at++) {
      const [red, green, blue] = colour(at);
      out.data.set([red, green, blue, 255], at * 4);
    }
    pen.putImageData(out, 0, 0);
  }
  function plain(one) {
    const { channels } = image();
    return (at) => channels === 3
      ? [one.values[at * 3], one.values[at * 3 + 1], one.values[at * 3 + 2]]
      : Array(3).fill(level(one.values[at]));
  }
  function apart(one, other) {
    const { channels } = image();
    return (at) => {
      const off = [];
      for (let channel = 0; channel < channels; channel++) {
        const place = at * channels + channel;
        off.push(Math.min(255, Math.abs(one.values[place] - other.values[place]) * state.gain));
      }
      return channels === 3 ? off : Array(3).fill(off[0]);
    };
  }

  /* ---- drawing ---- */
  async function draw() {
    const [one, other] = await pair();
    const left = byId("a"), right = byId("b");
    const single = state.mode !== "side";
    byId("views").classList.toggle("one", single);
    const before = plain(one), after = plain(other);
    if (state.mode === "side") {
      paint(left, one.width, one.height, before);
      paint(right, one.width, one.height, after);
    } else if (state.mode === "difference") {
      paint(left, one.width, one.height, apart(one, other));
    } else if (state.mode === "slider") {
      const edge = Math.round((one.width * state.split) / 100);
      paint(left, one.width, one.height, (at) => (at % one.width < edge ? before(at) : after(at)));
    } else {
      paint(left, one.width, one.height, state.front === "a" ? before : after);
    }
    const names = [label(state.a), label(state.b)];
    byId("name-a").textContent = {
      side: names[0], slider: names[0], flicker: state.front === "a" ? names[0] : names[1],
      difference: `|${names[0]} - ${names[1]}| x ${state.gain}`,
    }[state.mode];
    byId("name-b").textContent = names[1];
    byId("name-c").textContent = state.mode === "slider" ? names[1] : "";
    byId("legend").textContent = `black: equal; white: ${Math.ceil(255 / state.gain)} grey levels or more`;
    place();
    document.body.dataset.drawn = String(Number(document.body.dataset.drawn || 0) + 1);
  }
  function scale() {
    const view = byId("a").parentElement;
    const { width, height } = byId("a");
    return state.zoom || Math.min(view.clientWidth / width, view.clientHeight / height);
  }
  function place() {
    const by = scale();
    for (const canvas of [byId("a"), byId("b")]) {
      canvas.style.transform = `translate(${state.x}px, ${state.y}px) scale(${by})`;
    }
    byId("zoom").textContent = state.zoom ? `${state.zoom}:1` : "fit";
  }
  const label = (index) => (index === 0 ? "source" : image().points[index - 1].name);

  /* ---- where to look ---- */
  function centre(x, y) {
    if (!state.zoom) state.zoom = 4;
    const view = byId("a").parentElement;
    state.x = view.clientWidth / 2 - (x + 0.5) * state.zoom;
    state.y = view.clientHeight / 2 - (y + 0.5) * state.zoom;
    place();
  }
  async function worstTile() {
    const [one, other] = await pair();
    const { channels } = image();
    const side = 16, across = Math.ceil(one.width / side), sums = new Float64Array(across * Math.ceil(one.height / side));
    for (let at = 0; at < one.values.length; at++) {
      const pixel = Math.floor(at / channels), off = one.values[at] - other.values[at];
      sums[Math.floor(Math.floor(pixel / one.width) / side) * across + Math.floor((pixel % one.width) / side)] += off * off;
    }
    const worst = sums.indexOf(Math.max(...sums));
    centre((worst % across) * side + side / 2, Math.floor(worst / across) * side + side / 2);
    say(`worst tile of 16 x 16 pixels: column ${(worst % across) * side}, row ${Math.floor(worst / across) * side}`);
  }
  async function largest() {
    const [one, other] = await pair();
    const { channels } = image();
    let most = -1, where = 0;
    for (let at = 0; at < one.values.length; at++) {
      const off = Math.abs(one.values[at] - other.values[at]);
      if (off > most) { most = off; where = Math.floor(at / channels); }
    }
    centre(where % one.width, Math.floor(where / one.width));
    await read(where % one.width, Math.floor(where / one.width));
  }
  function text() {
    const box = image().text;
    if (box) centre((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
    else say("the text is not on this page: --show-text puts it there");
  }
  const say = (words) => { byId("read").textContent = words; };
  async function read(x, y) {
    const [one, other] = await pair();
    if (x < 0 || y < 0 || x >= one.width || y >= one.height) return;
    const { channels, unit } = image();
    const of = (made) => Array.from(made.values.slice((y * one.width + x) * channels, (y * one.width + x + 1) * channels));
    const a = of(one), b = of(other);
    const off = a.map((value, channel) => b[channel] - value);
    const real = unit ? `  ${a.map((v) => v * unit.slope + unit.intercept)} ${unit.name}` : "";
    const [left, top] = image().corner;
    say(`column ${x + left}, row ${y + top}   ${label(state.a)} ${a}${real}   ${label(state.b)} ${b}   difference ${off}`);
  }

  /* ---- charts ---- */
  const NS = "http://www.w3.org/2000/svg";
  function svg(holder, width, height) {
    holder.replaceChildren();
    const root = document.createElementNS(NS, "svg");
    root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    root.setAttribute("role", "img");
    holder.append(root);
    return (name, at, words, where = root) => {
      const made = document.createElementNS(NS, name);
      for (const [attribute, value] of Object.entries(at)) made.setAttribute(attribute, value);
      if (words !== undefined) made.textContent = words;
      where.append(made);
      return made;
    };
  }
  function ends(values) {
    const known = values.filter(Number.isFinite);
    const low = Math.min(...known), high = Math.max(...known), room = (high - low || 1) * 0.06;
    return [low - room, high + room];
  }
  function axes(add, x, y, names, ticks) {
    add("line", { class: "axis", x1: 50, y1: 210, x2: 430, y2: 210 });
    add("line", { class: "axis", x1: 50, y1: 12, x2: 50, y2: 210 });
    let before = null;
    for (let step = 0; step <= 4; step++) {
      const share = step / 4;
      const under = ticks[0](x[0] + share * (x[1] - x[0]));
      const anchor = step === 4 ? "end" : "middle";  // the last one would leave the picture
      if (under !== before) add("text", { x: 50 + share * 380 + (step === 4 ? 10 : 0), y: 226, "text-anchor": anchor }, under);
      before = under;
      add("text", { x: 46, y: 214 - share * 198, "text-anchor": "end" }, ticks[1](y[0] + share * (y[1] - y[0])));
    }
    add("text", { x: 240, y: 242, "text-anchor": "middle" }, names[0]);
    add("text", { x: 54, y: 10 }, names[1]);
    return [(v) => 50 + ((v - x[0]) / (x[1] - x[0])) * 380, (v) => 210 - ((v - y[0]) / (y[1] - y[0])) * 198];
  }
  function curves() {
    const points = image().points.filter((point) => Number.isFinite(point.psnr_mean));
    if (!points.length) return;
    const add = svg(byId("rate"), 440, 290);
    const x = ends(points.map((point) => Math.log10(point.ratio))), y = ends(points.map((point) => point.psnr_mean));
    const [toX, toY] = axes(add, x, y, ["ratio (logarithmic)", "PSNR of all frames, dB"], [(v) => (10 ** v).toFixed(1), (v) => v.toFixed(1)]);
    data.codecs.forEach((codec, number) => {
      const own = points.filter((point) => point.codec === codec).sort((p, q) => p.ratio - q.ratio);
      if (!own.length) return;
      const stroke = COLOURS[number % COLOURS.length];
      const at = own.map((point) => `${toX(Math.log10(point.ratio))},${toY(point.psnr_mean)}`).join(" ");
      add("polyline", { points: at, fill: "none", stroke, "stroke-width": 2 });
      own.forEach((point) => add("circle", { cx: toX(Math.log10(point.ratio)), cy: toY(point.psnr_mean), r: 3.5, fill: stroke }));
      add("text", { x: 60 + (number % 5) * 76, y: 262 + Math.floor(number / 5) * 16, class: "series", fill: stroke }, codec);
    });
    image().guidelines.filter((g) => g.ratio > 1 && Math.log10(g.ratio) > x[0] && Math.log10(g.ratio) < x[1]).forEach((g, number) => {
      const at = toX(Math.log10(g.ratio));
      add("line", { class: "target", x1: at, y1: 12, x2: at, y2: 210 });
      add("text", { x: at + 3, y: 24 + number * 13 }, `${g.name} ${g.ratio}:1`);
    });
  }
  function perFrame() {
    const point = image().points[Math.max(state.b, 1) - 1];
    const add = svg(byId("frames"), 440, 250);
    const series = Object.entries(point.per_frame);
    const all = series.flatMap(([, values]) => values.filter((v) => v !== null));
    const goal = point.limit;
    const y = ends(goal === null ? all : [...all, goal]), count = series[0][1].length;
    const [toX, toY] = axes(add, [1, Math.max(count, 2)], y, ["frame", `${point.name}, dB`], [(v) => v.toFixed(0), (v) => v.toFixed(1)]);
    series.forEach(([name, values], number) => {
      const stroke = COLOURS[number % COLOURS.length];
      const at = values.map((v, frame) => (v === null ? "" : `${toX(frame + 1)},${toY(v)}`)).filter(Boolean).join(" ");
      add("polyline", { points: at, fill: "none", stroke, "stroke-width": 1.6 });
      if (count === 1 && values[0] !== null) add("circle", { cx: toX(1), cy: toY(values[0]), r: 3, fill: stroke });
      add("text", { x: 190 + number * 62, y: 12, class: "series", fill: stroke }, name);
    });
    if (goal !== null) add("line", { class: "target", x1: 50, y1: toY(goal), x2: 430, y2: toY(goal) });
  }
  function histogram() {
    const point = image().points[Math.max(state.b, 1) - 1];
    const add = svg(byId("errors"), 440, 250);
    const counts = point.errors, most = Math.ceil(Math.log10(Math.max(...counts.map((bin) => bin[2]), 10)) / 4) * 4;
    const [, toY] = axes(add, [0, counts.length], [0, most], ["largest absolute error of the bin, grey levels", "samples (logarithmic)"], [() => "", (v) => `1e${v.toFixed(0)}`]);
    counts.forEach(([, high, many], number) => {
      const width = 380 / counts.length;
      const top = many ? toY(Math.log10(many + 1)) : 210;
      add("rect", { x: 50 + number * width + 1, y: top, width: Math.max(width - 2, 1), height: 210 - top, fill: COLOURS[0] });
      add("text", { x: 50 + (number + 0.5) * width, y: 226, "text-anchor": "middle" }, high);
    });
  }

  /* ---- table ---- */
  const COLUMNS = [
    ["codec", (p) => p.name], ["ratio", (p) => p.ratio], ["PSNR worst", (p) => p.psnr_worst], ["frame", (p) => p.psnr_worst_frame],
    ["PSNR mean", (p) => p.psnr_mean], ["sector", (p) => p.sector_worst], ["SSIM worst", (p) => p.ssim_worst], ["max error", (p) => p.max_error],
    ["encode ms", (p) => p.encode_ms], ["decode ms", (p) => p.decode_ms], ["BD-rate", (p) => p.bd_rate],
  ];
  let sorted = { column: -1, down: false };
  const words = (value, name) => {
    if (value === null || value === undefined) return name.startsWith("PSNR") ? "no loss" : "";
    if (typeof value === "string") return value;
    if (name === "BD-rate") return `${value > 0 ? "+" : ""}${(value * 100).toFixed(1)} %`;
    const digits = name.startsWith("SSIM") ? 4 : 2;  // cut, not rounded, as everywhere
    return Number.isInteger(value) ? String(value) : (Math.floor(value * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits);
  };
  function table() {
    const head = byId("head"), body = byId("body");
    head.replaceChildren();
    COLUMNS.forEach(([name], column) => {
      const cell = document.createElement("th"), press = document.createElement("button");
      press.textContent = name + (sorted.column === column ? (sorted.down ? " ▼" : " ▲") : "");
      press.addEventListener("click", () => { sorted = { column, down: sorted.column === column && !sorted.down }; table(); });
      cell.setAttribute("aria-sort", sorted.column === column ? (sorted.down ? "descending" : "ascending") : "none");
      cell.append(press);
      head.append(cell);
    });
    const rows = image().points.map((point, number) => ({ point, number }));
    if (sorted.column >= 0) {
      const of = COLUMNS[sorted.column][1], sign = sorted.down ? -1 : 1;
      rows.sort((p, q) => sign * (typeof of(p.point) === "string" ? of(p.point).localeCompare(of(q.point)) : (of(p.point) ?? Infinity) - (of(q.point) ?? Infinity)));
    }
    body.replaceChildren();
    rows.forEach(({ point, number }) => {
      const row = document.createElement("tr");
      row.classList.toggle("chosen", number + 1 === state.b);
      COLUMNS.forEach(([name, of]) => { const cell = document.createElement("td"); cell.textContent = words(of(point), name); row.append(cell); });
      row.addEventListener("click", () => { state.b = number + 1; refresh(); });
      body.append(row);
    });
  }
  function download() {
    const quoted = (value) => (typeof value === "string" ? `"${value.replaceAll('"', '""')}"` : value ?? "");
    const lines = [COLUMNS.map(([name]) => name), ...image().points.map((point) => COLUMNS.map(([, of]) => quoted(of(point))))];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.map((line) => line.join(",")).join("\n") + "\n"], { type: "text/csv" }));
    link.download = "compare.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /* ---- controls ---- */
  function fill(select, names, chosen) {
    select.replaceChildren(...names.map((name, value) => new Option(name, value, false, value === chosen)));
  }
  function controls() {
    fill(byId("image"), data.images.map((each) => each.label), state.image);
    fill(byId("frame"), image().frames.map((each) => `${each.number} (${each.why})`), state.frame);
    const names = ["source", ...image().points.map((point) => point.name)];
    fill(byId("left"), names, state.a);
    fill(byId("right"), names, state.b);
    for (const press of document.querySelectorAll("[data-mode]")) press.setAttribute("aria-pressed", press.dataset.mode === state.mode);
    for (const press of document.querySelectorAll("[data-gain]")) press.setAttribute("aria-pressed", Number(press.dataset.gain) === state.gain);
    byId("play").setAttribute("aria-pressed", state.playing);
    byId("play").textContent = state.playing ? "pause" : "play";
    byId("window").hidden = !image().wide;
    byId("centre").value = state.centre;
    byId("width").value = state.width;
    byId("split-bar").hidden = state.mode !== "slider";
    byId("gain-bar").hidden = state.mode !== "difference";
    byId("play-bar").hidden = state.mode !== "flicker";
    byId("about").textContent = image().about;
    byId("said").replaceChildren(...image().lines.map((line) => { const item = document.createElement("li"); item.textContent = line; return item; }));
  }
  function refresh() { controls(); table(); curves(); perFrame(); histogram(); return draw(); }
  function choose(number) {
    Object.assign(state, { image: number, frame: 0, a: 0, b: Math.min(1, data.images[number].points.length), x: 0, y: 0, zoom: 0 });
    [state.centre, state.width] = data.images[number].window;
    return refresh();
  }
  function play(on) {
    state.playing = on && state.mode === "flicker";
    clearInterval(timer);
    // three changes a second at most: more may harm people with photosensitive epilepsy
    if (state.playing) timer = setInterval(() => { state.front = state.front === "a" ? "b" : "a"; draw(); }, 400);
    controls();
  }
  function mode(name) { state.mode = name; play(false); draw(); }
  function zoom(step) {
    const now = state.zoom || Math.max(1, Math.round(scale()));
    state.zoom = Math.max(1, Math.min(16, state.zoom ? now + step : now));
    place();
  }
  function turn(by) { state.frame = (state.frame + by + image().frames.length) % image().frames.length; refresh(); }

  document.querySelectorAll("[data-mode]").forEach((press) => press.addEventListener("click", () => mode(press.dataset.mode)));
  document.querySelectorAll("[data-gain]").forEach((press) => press.addEventListener("click", () => { state.gain = Number(press.dataset.gain); controls(); draw(); }));
  byId("image").addEventListener("change", (event) => choose(Number(event.target.value)));
  byId("frame").addEventListener("change", (event) => { state.frame = Number(event.target.value); refresh(); });
  byId("left").addEventListener("change", (event) => { state.a = Number(event.target.value); refresh(); });
  byId("right").addEventListener("change", (event) => { state.b = Number(event.target.value); refresh(); });
  byId("split").addEventListener("input", (event) => { state.split = Number(event.target.value); draw(); });
  byId("play").addEventListener("click", () => play(!state.playing));
  byId("in").addEventListener("click", () => zoom(1));
  byId("out").addEventListener("click", () => zoom(-1));
  byId("one").addEventListener("click", () => { state.zoom = 1; place(); });
  byId("fit").addEventListener("click", () => { Object.assign(state, { zoom: 0, x: 0, y: 0 }); place(); });
  byId("tile").addEventListener("click", worstTile);
  byId("most").addEventListener("click", largest);
  byId("text").addEventListener("click", text);
  byId("centre").addEventListener("input", (event) => { state.centre = Number(event.target.value); draw(); });
  byId("width").addEventListener("input", (event) => { state.width = Math.max(1, Number(event.target.value)); draw(); });
  byId("csv").addEventListener("click", download);
  byId("theme").addEventListener("click", () => {
    const dark = getComputedStyle(document.body).backgroundColor === "rgb(20, 23, 28)";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });

  for (const view of document.querySelectorAll(".view")) {
    let from = null;
    const at = (event) => {
      const box = view.getBoundingClientRect(), by = scale();
      return [Math.floor((event.clientX - box.left - view.clientLeft - state.x) / by), Math.floor((event.clientY - box.top - view.clientTop - state.y) / by)];
    };
    view.addEventListener("pointerdown", (event) => { from = { x: event.clientX - state.x, y: event.clientY - state.y, button: event.button, centre: state.centre, width: state.width, cx: event.clientX, cy: event.clientY }; view.setPointerCapture(event.pointerId); });
    view.addEventListener("pointerup", () => { from = null; });
    view.addEventListener("pointermove", (event) => {
      if (from && from.button === 2 && image().wide) {
        const step = Math.max(1, image().window[1] / 300);
        state.width = Math.max(1, from.width + (event.clientX - from.cx) * step);
        state.centre = from.centre + (event.clientY - from.cy) * step;
        controls();
        draw();
      } else if (from) {
        state.x = event.clientX - from.x;
        state.y = event.clientY - from.y;
        place();
      } else read(...at(event));
    });
    view.addEventListener("contextmenu", (event) => event.preventDefault());
    view.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 1 : -1); }, { passive: false });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || ["SELECT", "INPUT"].includes(event.target.tagName)) return;
    const pan = (x, y) => { state.x += x; state.y += y; place(); };
    const keys = {
      1: () => mode("side"), 2: () => mode("slider"), 3: () => mode("flicker"), 4: () => mode("difference"),
      "+": () => zoom(1), "-": () => zoom(-1), 0: () => byId("fit").click(), n: () => turn(1), p: () => turn(-1),
      f: () => play(!state.playing), d: () => { state.gain = state.gain === 64 ? 1 : state.gain * 4; controls(); draw(); },
      w: worstTile, m: largest, t: text,
      ArrowLeft: () => pan(40, 0), ArrowRight: () => pan(-40, 0), ArrowUp: () => pan(0, 40), ArrowDown: () => pan(0, -40),
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  window.addEventListener("resize", place);
  choose(0);
})();
