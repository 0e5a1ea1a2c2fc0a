// The page of a sitting: texts that save themselves, a clock for whoever speaks, a list put in order by dragging.
// Without this file every text has its button, and every line its "Up" and "Down".
"use strict";

// ── texts that save themselves ───────────────────────────────────────────────────────────────────
// A draft stays in this browser until the portal has confirmed that very text; it names the person, so that nobody
// else at the same computer is shown it.
const PAUSE_MS = 1200;
const AGAIN_MS = [2000, 5000, 10000, 30000];
const TIMEOUT_MS = 20000;
const DRAFT = "ots-draft:";
const KEPT_DAYS = 7;

const words = document.querySelector("[data-autosaves]")?.dataset ?? {};

const drafts = {
    get: (key) => JSON.parse(localStorage.getItem(DRAFT + key) ?? "null"),
    set: (key, draft) => localStorage.setItem(DRAFT + key, JSON.stringify(draft)),
    remove: (key) => localStorage.removeItem(DRAFT + key),
    forgetOld: () => {
        for (const name of Object.keys(localStorage)) {
            if (!name.startsWith(DRAFT)) continue;
            const { at = 0 } = JSON.parse(localStorage.getItem(name)) ?? {};
            if (Date.now() - at > KEPT_DAYS * 86400000) localStorage.removeItem(name);
        }
    },
};

// After signing in again in another tab the token of this page is an old one; the cookie has the present one.
const token = (form) => {
    const cookie = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : form.elements.csrfmiddlewaretoken.value;
};

const plain = (text) => text.replaceAll("\r\n", "\n").trim();

class SavesItself {
    constructor(form) {
        this.form = form;
        this.key = form.dataset.autosave;
        this.field = form.elements.text;
        this.seen = form.elements.seen;
        this.state = form.querySelector("[data-state]");
        this.saved = plain(this.field.value);
        this.failures = 0;
        this.field.addEventListener("input", () => this.changed());
        this.field.addEventListener("blur", () => this.isUnsaved && !this.isHeld && this.save());
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.save();
        });
        this.state.addEventListener("click", (event) => this.choose(event.target.closest("[data-choose]")));
        this.restore();
    }

    get isUnsaved() {
        return plain(this.field.value) !== this.saved;
    }

    restore() {
        const draft = drafts.get(this.key);
        if (!draft) return;
        if (plain(draft.text) === this.saved) {
            drafts.remove(this.key);
            return;
        }
        // The version the person saw when writing it: if somebody has saved since, both texts are shown.
        this.field.value = draft.text;
        this.seen.value = draft.seen;
        this.say(words.wordUnsaved);
        this.save();
    }

    changed() {
        drafts.set(this.key, { text: this.field.value, seen: this.seen.value, at: Date.now() });
        if (this.isHeld) return; // both texts are shown: the person chooses first
        this.say(this.isUnsaved ? words.wordUnsaved : "");
        this.after(PAUSE_MS);
    }

    after(milliseconds) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.save(), milliseconds);
    }

    say(text) {
        this.state.textContent = text ?? "";
        this.form.classList.toggle("is-unsaved", this.isUnsaved);
    }

    show(html) {
        this.state.innerHTML = html;
        this.form.classList.toggle("is-unsaved", this.isUnsaved);
    }

    async save() {
        clearTimeout(this.timer);
        if (this.isSending) {
            this.isWaiting = true;
            return;
        }
        this.isSending = true;
        const sent = this.field.value;
        this.say(words.wordSaving);
        try {
            await this.take(await this.send(sent), sent);
        } catch {
            this.failed(words.wordOffline);
        }
        this.isSending = false;
        if (this.isWaiting) {
            this.isWaiting = false;
            if (this.isUnsaved && !this.isHeld) this.save();
        }
    }

    send(text, more = {}) {
        const body = new FormData(this.form);
        body.set("text", text);
        body.set("csrfmiddlewaretoken", token(this.form));
        return fetch(this.form.action, {
            method: "POST",
            body,
            headers: { "X-Autosave": "1", "X-CSRFToken": token(this.form) },
            redirect: "manual",
            signal: AbortSignal.timeout(TIMEOUT_MS),
            ...more,
        });
    }

    async take(answer, sent) {
        if (answer.type === "opaqueredirect" || answer.status === 401) {
            this.failed(words.wordSignedOut);
            return;
        }
        if (![200, 409, 422].includes(answer.status)) {
            this.failed(words.wordFailed);
            return;
        }
        const html = await answer.text();
        this.failures = 0;
        if (answer.status === 200) {
            this.confirmed(html, sent);
        } else {
            this.isHeld = answer.status === 409;
            this.show(html);
        }
    }

    confirmed(html, sent) {
        this.show(html);
        this.saved = plain(sent);
        this.seen.value = this.state.querySelector("[data-version]").dataset.version;
        if (this.isUnsaved) {
            this.changed(); // typed on while it was on its way
            return;
        }
        drafts.remove(this.key);
        this.form.classList.remove("is-unsaved");
    }

    failed(text) {
        this.say(text);
        this.form.classList.add("is-unsaved");
        this.after(AGAIN_MS[Math.min(this.failures, AGAIN_MS.length - 1)]);
        this.failures += 1;
    }

    choose(button) {
        if (!button) return;
        const { version, text } = this.state.querySelector("[data-version]").dataset;
        const mine = this.field.value;
        const results = { mine, theirs: text, both: `${text}\n\n${mine}` };
        this.field.value = results[button.dataset.choose];
        this.seen.value = version;
        this.saved = text;
        this.isHeld = false;
        drafts.set(this.key, { text: this.field.value, seen: version, at: Date.now() });
        this.field.focus();
        this.save();
    }

    leave() {
        if (this.isUnsaved && !this.isHeld) this.send(this.field.value, { keepalive: true, signal: undefined }).catch(() => {});
    }
}

drafts.forgetOld();
const editors = [...document.querySelectorAll("form[data-autosave]")].map((form) => new SavesItself(form));
window.addEventListener("online", () => editors.filter((one) => one.isUnsaved && !one.isHeld).forEach((one) => one.save()));
window.addEventListener("pagehide", () => editors.forEach((one) => one.leave()));

// Whoever was just given the floor is written about at once.
const target = location.hash.startsWith("#intervention-") && document.getElementById(location.hash.slice(1));
target && target.querySelector("textarea")?.focus();

// ── what a button could not send ─────────────────────────────────────────────────────────────────
document.addEventListener("htmx:error", (event) => {
    if (!event.target.closest?.("#live")) return;
    const note = document.querySelector("[data-not-sent]");
    if (note) note.hidden = false;
});

// ── the clock of whoever speaks ──────────────────────────────────────────────────────────────────
const began = new WeakMap();

setInterval(() => {
    for (const clock of document.querySelectorAll("[data-ticking]")) {
        const known = began.get(clock);
        const shown = clock.dataset.ticking;
        if (known?.shown !== shown) began.set(clock, { shown, at: performance.now() });
        const seconds = Number(shown) + Math.floor((performance.now() - began.get(clock).at) / 1000);
        clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }
}, 1000);

// ── the list of speakers, by dragging ────────────────────────────────────────────────────────────
let dragged = null;

const lineOf = (event) => event.target.closest?.("[data-speakers] > [data-place]");

document.addEventListener("pointerdown", (event) => {
    const line = lineOf(event);
    if (line && document.querySelector("[data-drop]")) line.draggable = !event.target.closest("button, a");
});
document.addEventListener("dragstart", (event) => {
    dragged = lineOf(event);
    dragged?.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
    if (dragged && lineOf(event)) event.preventDefault();
});
document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
});
document.addEventListener("drop", (event) => {
    const there = lineOf(event);
    if (!dragged || !there || there === dragged) return;
    event.preventDefault();
    const form = document.querySelector("[data-drop]");
    const action = `/meetings/interventions/${dragged.id.slice("waiting-".length)}/move/`;
    form.elements.place.value = there.dataset.place;
    htmx.ajax("POST", action, {
        target: "#live",
        select: "#live",
        swap: "outerMorph",
        values: { place: there.dataset.place, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value },
    });
});
