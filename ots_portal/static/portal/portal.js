// Comfort only: every page works without this file.
"use strict";

// A menu of the masthead closes by Escape (the focus goes back to its word) and by a click elsewhere.
const openFolds = () => document.querySelectorAll("details.fold[open]");

document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const fold of openFolds()) {
        fold.open = false;
        fold.querySelector("summary").focus();
    }
});

document.addEventListener("click", (event) => {
    for (const fold of openFolds()) {
        if (!fold.contains(event.target)) fold.open = false;
    }
});

// On a phone the words of a part are a row to be pushed: it begins at the one that the page stands under.
const room = document.querySelector(".rooms [aria-current]");
if (room) {
    const row = room.closest(".frame");
    const [there, here] = [room.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += there.left + there.width / 2 - here.left - here.width / 2;
}

// "/" leads to the search of the page, as long as nobody is writing.
document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.getElementById("search-field");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
});

// A refused form starts at what is wrong with it; a specimen of the gallery is none.
document.querySelector(".error-summary:not(.specimen .error-summary)")?.focus();

// A form is sent once, however impatiently its button is pressed; after some seconds it may be sent again.
const SENDING_MS = 5000;

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, SENDING_MS);
});

// What can still be taken back counts down; whether it can, the portal decides by its own clock.
for (const box of document.querySelectorAll("[data-seconds-left]")) {
    const ends = performance.now() + box.dataset.secondsLeft * 1000;
    const clock = box.querySelector("[role=timer]");
    const tick = () => {
        const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
        clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        if (left > 0) {
            setTimeout(tick, 250);
            return;
        }
        box.querySelector(".recall-open").hidden = true;
        box.querySelector(".recall-over").hidden = false;
    };
    tick();
}
