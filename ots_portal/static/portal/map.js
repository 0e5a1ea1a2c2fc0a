// Zoom buttons for the maps drawn by the server; without this file the map simply shows all of itself.
"use strict";

const STEP = 1.6;
const CLOSEST = 8;

// A map of one area is close up already and has no buttons.
for (const map of document.querySelectorAll(".map:has(.map-zoom)")) {
    const canvas = map.querySelector(".map-canvas");
    const buttons = map.querySelector(".map-zoom");
    const whole = canvas.viewBox.baseVal;
    const { width, height } = whole;
    let scale = 1;
    let x = 0;
    let y = 0;

    const show = () => {
        const [w, h] = [width / scale, height / scale];
        x = Math.min(Math.max(x, 0), width - w);
        y = Math.min(Math.max(y, 0), height - h);
        canvas.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
        canvas.style.setProperty("--zoom", scale); // names keep their size
        canvas.classList.toggle("is-zoomed", scale > 1);
        buttons.querySelector("[data-zoom=out]").disabled = scale <= 1;
        buttons.querySelector("[data-zoom=in]").disabled = scale >= CLOSEST;
    };

    const zoom = (factor) => {
        const [centreX, centreY] = [x + width / scale / 2, y + height / scale / 2];
        scale = Math.min(Math.max(scale * factor, 1), CLOSEST);
        x = centreX - width / scale / 2;
        y = centreY - height / scale / 2;
        show();
    };

    buttons.hidden = false;
    buttons.querySelector("[data-zoom=in]").addEventListener("click", () => zoom(STEP));
    buttons.querySelector("[data-zoom=out]").addEventListener("click", () => zoom(1 / STEP));

    canvas.addEventListener("pointermove", (event) => {
        if (scale === 1 || event.buttons !== 1) return;
        const unit = width / scale / canvas.clientWidth;
        x -= event.movementX * unit;
        y -= event.movementY * unit;
        show();
    });

    // A marker reached by keyboard is brought into view.
    canvas.addEventListener("focusin", (event) => {
        const marker = event.target.closest(".map-marker");
        if (!marker || scale === 1) return;
        x = Number(marker.dataset.x) - width / scale / 2;
        y = Number(marker.dataset.y) - height / scale / 2;
        show();
    });

    show();
}
