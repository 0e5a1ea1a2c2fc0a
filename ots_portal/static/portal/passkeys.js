// Passkeys: the one thing of the portal that a browser cannot do without a script.
"use strict";

// A form with data-passkey ("create" or "get") asks the browser for a passkey when it is sent. What the server
// wants to know stands in data-options, or is fetched from data-options-url right before.
const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`The portal answered ${answer.status}.`);
    return (await answer.json()).request_options;
};

const tell = (form, isShown) => {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.hidden = !isShown;
    if (isShown) problem.focus();
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        tell(form, false);
        try {
            const ask = window.webauthnJSON[form.dataset.passkey];
            form.elements.credential.value = JSON.stringify(await ask(await optionsOf(form)));
        } catch {
            // Cancelled, timed out, no passkey here: the person reads what else there is.
            tell(form, true);
            return;
        }
        form.submit();
    });
}
