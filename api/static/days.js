// A button that prints, and a native picker beside each field for a day. The field takes every written form by itself: without script nothing is missing.
"use strict";
for (const field of document.querySelectorAll("input[data-day]")) {
  const picker = document.createElement("input");
  picker.type = "date";
  picker.className = "picker";
  picker.setAttribute("aria-label", field.dataset.day);
  if (/^\d{4}-\d\d-\d\d$/.test(field.value)) picker.value = field.value;
  picker.addEventListener("change", () => { if (picker.value) field.value = picker.value; });
  field.closest("label").after(picker);
}
for (const place of document.querySelectorAll("[data-print]")) {
  const button = document.createElement("input");
  button.type = "button";
  button.value = place.dataset.print;
  button.addEventListener("click", () => window.print());
  place.append(button);
}
