// Comfort only: the buttons of each row do the same. Dragging a row, or Alt and an arrow key on it, sends its form.
"use strict";

const agenda = document.querySelector("[data-agenda]");

const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };

const send = (row, name, value) => {
    const form = row.querySelector("form");
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
    form.submit();
};

if (agenda) {
    document.querySelector(".agenda-keys").hidden = false;
    let dragged = null;
    for (const row of agenda.querySelectorAll("tr[data-item]")) {
        row.draggable = true;
        row.tabIndex = 0;
        row.addEventListener("keydown", (event) => {
            if (!event.altKey || !(event.key in KEYS) || event.target !== row) return;
            event.preventDefault();
            send(row, "direction", KEYS[event.key]);
        });
        row.addEventListener("dragstart", (event) => {
            dragged = row;
            event.dataTransfer.effectAllowed = "move";
            event.dataTransfer.setData("text/plain", row.dataset.item);
        });
        row.addEventListener("dragover", (event) => {
            if (!dragged || dragged === row) return;
            event.preventDefault();
            row.classList.add("is-target");
        });
        row.addEventListener("dragleave", () => row.classList.remove("is-target"));
        row.addEventListener("dragend", () => {
            dragged = null;
        });
        row.addEventListener("drop", (event) => {
            event.preventDefault();
            row.classList.remove("is-target");
            if (dragged && dragged !== row) send(dragged, "before", row.dataset.item);
        });
    }
    // The row that was moved keeps the focus, so that one key moves it on.
    agenda.querySelector("[data-moved]")?.focus();
}
