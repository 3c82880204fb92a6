// The panel that says where a number comes from. All texts are put in as text, never as markup.
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("figures").textContent);
  const panel = document.getElementById("panel");
  const body = document.getElementById("panel-body");
  const trail = document.getElementById("panel-trail");
  const back = document.getElementById("panel-back");
  let path = [];
  let opener = null;

  function make(tag, text, name) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (name) element.className = name;
    return element;
  }
  const told = (place) => data.strings[place];
  const has = (id) => Object.prototype.hasOwnProperty.call(data.figures, id);

  function pair(list, term, text) {
    if (!text) return;
    list.append(make("dt", term), make("dd", text));
  }

  function sources(keys) {
    const line = make("span", "", "sources");
    keys.forEach(function (key) {
      const source = data.sources[key];
      if (!source) return;
      const [name, url, published, note] = source;
      const text = published ? name + " (" + published + ")" : name;
      if (url) {
        const link = make("a", text);
        link.href = url;
        link.rel = "noreferrer noopener";
        link.target = "_blank";
        link.title = url;
        line.append(link);
      } else {
        line.append(make("span", text));
      }
      if (note) line.lastChild.title = (line.lastChild.title ? line.lastChild.title + "\n" : "") + note;
    });
    return line;
  }

  function input(item) {
    const [kind, ref, label, value, factor, basis, keys, asOf] = item;
    const line = make("li", "", "input");
    const head = make("div", "", "input-head");
    if (factor) head.append(make("span", factor, "factor"));
    if (kind === "f" && has(ref)) {
      const open = make("button", told(label), "deeper");
      open.type = "button";
      open.addEventListener("click", () => show(path.concat(ref)));
      head.append(open);
    } else {
      head.append(make("span", told(label), "label"));
    }
    head.append(make("b", value));
    line.append(head);
    const words = { f: data.words.kind_figure, r: data.words.kind_row, p: data.words.kind_parameter, l: data.words.kind_law };
    const facts = make("div", words[kind] + " · " + told(basis) + (asOf ? " · " + asOf : ""), "facts");
    line.append(facts);
    if (kind !== "f") line.append(make("code", ref));
    if (keys.length) {
      const from = make("div", data.words.source + ": ", "facts");
      from.append(sources(keys));
      line.append(from);
    }
    return line;
  }

  function show(next) {
    path = next;
    const id = path[path.length - 1];
    const [label, value, definition, asOf, coverage, basis, formula, sum, inputs] = data.figures[id];
    body.replaceChildren();
    const title = make("h2", told(label));
    title.id = "panel-title";
    title.tabIndex = -1;
    body.append(title, make("p", value, "value"));
    const facts = make("dl");
    pair(facts, data.words.definition, told(definition));
    pair(facts, data.words.calculation, told(formula));
    body.append(facts);
    if (sum) body.append(make("p", "= " + sum, "sum"));
    const more = make("dl", "", "small");
    pair(more, data.words.as_of, told(asOf));
    pair(more, data.words.coverage, coverage);
    pair(more, data.words.basis, told(basis));
    pair(more, data.words.id, id);
    body.append(more, make("h3", inputs.length ? data.words.inputs : data.words.no_inputs));
    const list = make("ul");
    inputs.forEach((item) => list.append(input(item)));
    body.append(list);
    trail.replaceChildren();
    path.forEach(function (step, place) {
      const item = make("li");
      const name = told(data.figures[step][0]);
      if (place === path.length - 1) {
        item.append(make("span", name));
      } else {
        const open = make("button", name);
        open.type = "button";
        open.addEventListener("click", () => show(path.slice(0, place + 1)));
        item.append(open);
      }
      trail.append(item);
    });
    trail.hidden = back.hidden = path.length < 2;
    panel.hidden = false;
    panel.scrollTop = 0;
    title.focus({ preventScroll: true });
  }

  function close() {
    panel.hidden = true;
    document.querySelectorAll(".figure.open").forEach((b) => b.classList.remove("open"));
    if (opener) opener.focus({ preventScroll: true });
  }

  function press(event) {
    const button = event.target.closest("span.figure");
    if (!button || !has(button.dataset.figure)) return;
    event.preventDefault();
    document.querySelectorAll(".figure.open").forEach((b) => b.classList.remove("open"));
    button.classList.add("open");
    opener = button;
    show([button.dataset.figure]);
  }
  document.addEventListener("click", press);
  document.getElementById("panel-close").addEventListener("click", close);
  back.addEventListener("click", () => show(path.slice(0, -1)));
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !panel.hidden) close();
    if (event.key === "Enter" || event.key === " ") press(event);
  });

  // A park on the map and its rows belong together.
  const groups = new Map();
  document.querySelectorAll("[data-park]").forEach(function (element) {
    const park = element.dataset.park;
    if (!groups.has(park)) groups.set(park, []);
    groups.get(park).push(element);
  });
  groups.forEach(function (elements) {
    const row = elements.find((element) => element.tagName === "TR");
    elements.forEach(function (element) {
      const light = (on) => elements.forEach((e) => e.classList.toggle("lit", on));
      element.addEventListener("mouseenter", () => light(true));
      element.addEventListener("mouseleave", () => light(false));
      if (element.tagName !== "TR" && row) {
        element.addEventListener("click", function () {
          document.querySelectorAll(".kept").forEach((e) => e.classList.remove("kept"));
          elements.forEach((e) => e.classList.add("kept"));
          row.scrollIntoView({ block: "center", behavior: "smooth" });
        });
      }
    });
  });
})();
