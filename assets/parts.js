// The few things that have to happen in the browser. Each is a small React component, wrapped in components/parts.py.
import { createElement as h, useEffect, useMemo, useRef, useState } from "react";
import { useBlocker, useLocation } from "react-router";

// Shows a page of its own while the portal can't be reached: see worker.js. Set up once the page has what it needs itself.
const LATER = 3000; // ms
if (globalThis.navigator?.serviceWorker) setTimeout(keepOfflinePage, LATER);

function keepOfflinePage() {
  navigator.serviceWorker.register("/worker.js", { updateViaCache: "none" }).catch(() => {});
}

let lastPlace = null;

function announce(text) {
  let box = document.getElementById("announcer");
  if (!box) {
    box = document.createElement("div");
    box.id = "announcer";
    box.className = "unseen";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  // Emptied first: the same words again would be no change, and not be read out.
  box.textContent = "";
  setTimeout(() => (box.textContent = text), 150);
}

// The page's h1. After a navigation it takes the focus and the new page is announced; not where a visit begins. With `first`, the
// field of that id takes the focus in its stead, at the top of the page, and the heading is announced.
export function PageTitle({ step = "", first = "", children, ...rest }) {
  const heading = useRef(null);
  const { pathname } = useLocation();
  const place = `${pathname}#${step}`;
  useEffect(() => {
    const moved = lastPlace !== null && lastPlace !== place;
    lastPlace = place;
    if (!moved) return;
    if (!first) {
      heading.current.focus();
      return announce(document.title);
    }
    scrollTo(0, 0);
    document.getElementById(first)?.focus();
    return announce(heading.current.textContent);
  }, [place, first]);
  return h("h1", { ...rest, ref: heading, tabIndex: -1 }, children);
}

// The document's title while this is shown, in place of the one that the address has.
export function DocumentTitle({ words }) {
  useEffect(() => {
    const before = document.title;
    document.title = words;
    return () => {
      if (document.title === words) document.title = before; // else another page has given its own
    };
  }, [words]);
  return null;
}

// Whether a click has gone unanswered for long; over as soon as anything is answered.
const SLOW = 5000; // ms
const tellSlow = (slow) => dispatchEvent(new CustomEvent("carelane:slow", { detail: slow }));

// Shows its children while a click goes unanswered for long.
export function Slow({ children, ...rest }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const hear = (event) => setShown(event.detail);
    addEventListener("carelane:slow", hear);
    return () => removeEventListener("carelane:slow", hear);
  }, []);
  return h("div", { role: "status" }, shown ? h("div", rest, children) : null);
}

// Works from a click until `answered` moves on, or until an answer can no longer be expected. Clicks meanwhile do nothing; it
// is not `disabled`, which would take the focus away.
export function BusyButton({ answered = 0, onClick, children, ...rest }) {
  const [since, setSince] = useState(null);
  const busy = since === answered;
  useEffect(() => {
    const given = setTimeout(() => setSince(null), 15000);
    return () => clearTimeout(given);
  }, [since]);
  useEffect(() => {
    if (!busy) return undefined;
    const slow = setTimeout(() => tellSlow(true), SLOW);
    return () => clearTimeout(slow);
  }, [busy]);
  useEffect(() => void tellSlow(false), [answered]);
  const click = (event) => {
    if (busy) return event.preventDefault();
    setSince(answered);
    return onClick?.(event);
  };
  const state = busy ? { "aria-busy": true, "aria-disabled": true } : {};
  return h("button", { ...rest, ...state, onClick: click }, children);
}

export function PageLanguage({ language }) {
  useEffect(() => {
    if (language) document.documentElement.lang = language;
  }, [language]);
  return null;
}

// A form that the browser itself posts. It leaves Reflex's client token behind, so that what follows is a new client.
export function NativeForm({ fields = {}, send = "", children, ...rest }) {
  const form = useRef(null);
  useEffect(() => {
    if (send) form.current.requestSubmit();
  }, [send]);
  const hidden = Object.entries(fields).map(([name, value]) => h("input", { type: "hidden", key: name, name, value }));
  return h("form", { ...rest, method: "post", ref: form, onSubmit: () => sessionStorage.removeItem("token") }, hidden, children);
}

// What is wrong with a form, as links to its fields. It takes the focus whenever something is.
export function ErrorSummary({ errors = {}, heading, ...rest }) {
  const box = useRef(null);
  const rows = Object.entries(errors);
  useEffect(() => {
    if (Object.keys(errors).length) box.current.focus();
  }, [errors]);
  if (!rows.length) return null;
  const go = (field) => (event) => {
    event.preventDefault();
    document.getElementById(field)?.focus();
  };
  const link = ([field, message]) => h("li", { key: field }, h("a", { href: `#${field}`, onClick: go(field) }, message));
  return h("div", { ...rest, ref: box, tabIndex: -1, role: "alert" }, h("h2", null, heading), h("ul", null, rows.map(link)));
}

// A message that takes the focus when it appears or changes.
export function Told({ message = "", children, ...rest }) {
  const box = useRef(null);
  useEffect(() => {
    if (!message) return undefined;
    // After a dialog has given the focus back to what opened it.
    const soon = setTimeout(() => box.current?.focus(), 0);
    return () => clearTimeout(soon);
  }, [message]);
  return message ? h("div", { ...rest, ref: box, tabIndex: -1 }, children, h("p", null, message)) : null;
}

// A question in front of the page. The browser alone opens and closes it, so that neither the question nor what is
// typed in it hangs on the server: a button with data-opens="its id" opens it, one with data-closes inside closes it.
// It closes when `settled` changes, which is how the server says that it is.
export function Dialog({ settled = "", children, ...rest }) {
  const box = useRef(null);
  const before = useRef("");
  useEffect(() => {
    const open = (event) => {
      const opener = event.target.closest?.("[data-opens]");
      if (opener?.dataset.opens === rest.id && !box.current.open) box.current.showModal();
      if (event.target.closest?.("[data-closes]") && box.current.contains(event.target)) box.current.close();
    };
    document.addEventListener("click", open);
    return () => document.removeEventListener("click", open);
  }, [rest.id]);
  useEffect(() => {
    if (!settled) return;
    if (before.current && before.current !== settled) {
      box.current.close();
      box.current.querySelector("form")?.reset();
    }
    before.current = settled;
  }, [settled]);
  return h("dialog", { ...rest, ref: box }, children);
}

// How far this computer's clock is from the server's, by the server's time that came with a value.
const skews = new Map();

function secondsLeft(until, now) {
  if (!skews.has(now)) skews.set(now, Date.now() - Date.parse(now));
  return Math.max(0, Math.ceil((Date.parse(until) - Date.now() + skews.get(now)) / 1000));
}

// Counts down to `until` without troubling the server. `text` holds {time}; children follow at the end.
export function Countdown({ until = "", now = "", text = "", soon = "", onEnd, children, ...rest }) {
  const [left, setLeft] = useState(null);
  const end = useRef(onEnd);
  useEffect(() => {
    end.current = onEnd;
  });
  useEffect(() => {
    if (!until) return undefined;
    const tick = () => {
      const seconds = secondsLeft(until, now);
      setLeft(seconds);
      if (seconds === 60 && soon) announce(soon);
      if (seconds > 0) return;
      clearInterval(timer);
      end.current?.();
    };
    const timer = setInterval(tick, 1000);
    tick();
    return () => clearInterval(timer);
  }, [until, now, soon]);
  if (left === 0) return children ?? null;
  const shown = left === null ? "–:––" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return h("p", { role: "timer", ...rest }, text.replace("{time}", shown));
}

// When anybody was last seen at a page of this browser, whatever its tabs: kept where all of them see it.
const ACTIVE = "carelane.active";
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];
const TELL = 60000; // ms
let active = Date.now();

function lastActive() {
  try {
    return Math.max(active, Number(localStorage.getItem(ACTIVE)) || 0);
  } catch {
    return active;
  }
}

function noteActive() {
  const now = Date.now();
  if (now - active < 1000) return;
  active = now;
  try {
    localStorage.setItem(ACTIVE, now);
  } catch {
    // this tab alone knows
  }
}

// Asks whether the person is still there when they have not been seen for long, and signs them out where nobody answers. Tells
// `onStay` now and then that they are, since reading and writing trouble the server with nothing.
export function Idle({ seconds, warning, onStay, children, ...rest }) {
  const box = useRef(null);
  const stay = useRef(onStay);
  const [over, setOver] = useState("");
  useEffect(() => {
    stay.current = onStay;
  });
  useEffect(() => {
    let told = Date.now();
    const tell = () => {
      told = Date.now();
      stay.current?.();
    };
    const see = () => {
      if (box.current.open || Date.now() - lastActive() >= (seconds - warning) * 1000) return;
      noteActive();
      if (Date.now() - told > TELL) tell();
    };
    const yes = () => {
      noteActive();
      tell();
      box.current.close();
    };
    const look = () => {
      const left = seconds - Math.floor((Date.now() - lastActive()) / 1000);
      if (left <= 0) setOver("over");
      else if (left > warning) box.current.open && box.current.close();
      else {
        if (!box.current.open) box.current.showModal();
        box.current.querySelector("[data-left]").textContent = left;
      }
    };
    const answer = (event) => event.target.closest?.("[data-stay]") && yes();
    const dialog = box.current;
    dialog.addEventListener("cancel", yes);
    dialog.addEventListener("click", answer);
    SIGNS.forEach((sign) => addEventListener(sign, see, { passive: true }));
    noteActive();
    const timer = setInterval(look, 1000);
    return () => {
      clearInterval(timer);
      SIGNS.forEach((sign) => removeEventListener(sign, see));
      dialog.removeEventListener("cancel", yes);
      dialog.removeEventListener("click", answer);
    };
  }, [seconds, warning]);
  const { pathname, search } = useLocation();
  const fields = { idle: "1", next: pathname + search };
  return h(
    "dialog", { ...rest, ref: box }, children,
    h(NativeForm, { action: "/session/end", fields, send: over, className: "by-itself" }));
}

// The offer to take back what has just been done, which `name` tells apart. Time counts only while neither pointer nor focus
// rests on it, and goes on where it stood when another page shows the same offer or the page is loaded anew; `longest` ends it.
const OFFER = "carelane.offer";
let offer = keptOffer();

function keptOffer() {
  try {
    return JSON.parse(sessionStorage.getItem(OFFER)) ?? {};
  } catch {
    return {};
  }
}

function keepOffer(now) {
  offer = now;
  try {
    sessionStorage.setItem(OFFER, JSON.stringify(offer));
  } catch {
    // Without storage a page that is loaded anew begins to count again; the server knows how long in all.
  }
}

export function Toast({ name = "", message = "", undo = "", close = "", seconds = 10, longest = 60, onUndo, onEnd, ...rest }) {
  const [left, setLeft] = useState(0);
  const held = useRef({});
  const end = useRef(onEnd);
  const known = useMemo(() => offer.name === name, [name]);
  useEffect(() => {
    end.current = onEnd;
  });
  useEffect(() => {
    if (!name) return undefined;
    held.current = {};
    if (offer.name !== name) keepOffer({ name, left: seconds, ends: Date.now() + longest * 1000 });
    setLeft(offer.left);
    const tick = () => {
      const resting = held.current.pointer || held.current.focus || document.hidden;
      const over = Date.now() >= offer.ends;
      if (resting && !over) return;
      keepOffer({ ...offer, left: over ? 0 : offer.left - 0.25 });
      setLeft(offer.left);
      if (offer.left > 0) return;
      clearInterval(timer);
      end.current?.();
    };
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [name, seconds, longest]);
  const hold = (by, value) => () => (held.current[by] = value);
  const watch = {
    // A finger doesn't rest on it: it would never be seen to leave.
    onPointerEnter: (event) => (held.current.pointer = event.pointerType === "mouse"), onPointerLeave: hold("pointer", false),
    onFocus: hold("focus", true), onBlur: hold("focus", false),
  };
  const shut = () => {
    document.getElementById("main")?.focus();
    onEnd?.();
  };
  const button = (words, onClick, look) => h("button", { type: "button", className: look, onClick }, words);
  const shown = h("div", { ...rest, ...watch, key: name },
    h("p", null, message), button(undo, onUndo, "btn plain"), button(close, shut, "btn plain"),
    h("i", { "aria-hidden": true, style: { width: `${(Math.max(0, left) / seconds) * 100}%` } }));
  // The region stands there empty before, so that what comes into it is read out; once, not on the next page again.
  return h("div", { role: "status", "aria-live": known ? "off" : "polite", className: "toasts" }, name && left > 0 ? shown : null);
}

// The reference in the page's address, where it is one. Read here, since what broke may be the way to the server.
export function Reference({ children, ...rest }) {
  const found = new URLSearchParams(useLocation().search).get("reference") ?? "";
  const [shown, setShown] = useState("");
  useEffect(() => setShown(/^TX(-[0-9A-Z]{4}){4}$/.test(found) ? found : ""), [found]);
  return shown ? h("p", rest, children, " ", h("b", { className: "reference" }, shown)) : null;
}

// Theme and text size as the server has them for this person, kept in the browser for the next first paint: look.js has `wearLook`.
export function PageLook({ theme = "", text = "" }) {
  useEffect(() => {
    if (!theme) return;
    wearLook(theme, text);
    try {
      localStorage.setItem("carelane.look", `${theme} ${text}`);
    } catch {
      // Without storage the page follows the device until it knows the person.
    }
  }, [theme, text]);
  return null;
}

// Wears a theme for as long as it is on the page; then the person's own again.
export function TryLook({ theme = "" }) {
  useEffect(() => {
    if (!theme) return undefined;
    const own = { theme: "device", text: "normal", ...document.documentElement.dataset };
    wearLook(theme, own.text);
    return () => wearLook(own.theme, own.text);
  }, [theme]);
  return null;
}

// Says `told` after a form was saved, as long as nothing in it has changed since. `saved` counts the savings.
export function Saved({ saved = 0, told = "", ...rest }) {
  const here = useRef(null);
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    const form = here.current.closest("form");
    const change = () => setChanged(true);
    form.addEventListener("input", change);
    return () => form.removeEventListener("input", change);
  }, []);
  useEffect(() => setChanged(false), [saved]);
  useEffect(() => {
    here.current.closest("form").toggleAttribute("data-changed", changed);
  }, [changed]);
  return h("p", { ...rest, ref: here, role: "status" }, saved && !changed ? told : "");
}

// A link to a file. Says `told` once it is followed: of a download a browser shows little, and nothing to a screen reader.
export function FileLink({ told = "", children, ...rest }) {
  const [followed, setFollowed] = useState(false);
  const link = h("a", { ...rest, onClick: () => setFollowed(true) }, children);
  return h("div", { className: "row" }, link, h("p", { role: "status", className: "saved" }, followed ? told : ""));
}

// Asks before the page is left while a form of it holds changes that are not saved: see Saved.
export function LeaveQuestion({ question = "" }) {
  const unsaved = () => document.querySelector("form[data-changed]") !== null;
  const blocker = useBlocker(unsaved);
  useEffect(() => {
    const ask = (event) => unsaved() && event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    if (confirm(question)) blocker.proceed();
    else blocker.reset();
  }, [blocker, question]);
  return null;
}
