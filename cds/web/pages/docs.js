"use strict";
// Sends what a form says to this service only, and shows the answer as text. Nothing is kept.
const request = (form) => {
  const url = new URL(form.dataset.path, location.origin);
  const headers = {};
  for (const field of form.querySelectorAll("[data-in]")) {
    const value = field.value.trim();
    if (field.dataset.in === "path") {
      url.pathname = url.pathname.replace(encodeURI(`{${field.name}}`), encodeURIComponent(value));
    } else if (value && field.dataset.in === "query") {
      url.searchParams.set(field.name, value);
    } else if (value) {
      headers[field.name] = value;
    }
  }
  const body = form.elements.body;
  if (body) headers["Content-Type"] = form.elements.type.value;
  return [url, { method: form.dataset.method, headers, cache: "no-store", body: body ? body.value : undefined }];
};

const readable = (text, type) => {
  if (!type.includes("json") || type.includes("ndjson")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

const send = async (form) => {
  const output = form.querySelector("output");
  const status = form.querySelector("[data-status]");
  const began = performance.now();
  output.hidden = false;
  status.textContent = "Waiting …";
  try {
    const response = await fetch(...request(form));
    const type = response.headers.get("Content-Type") || "";
    const text = await response.text();
    const spent = Math.round(performance.now() - began);
    status.textContent = `${response.status} ${response.statusText}, ${type}, ${spent} ms`;
    output.querySelector("pre").textContent = readable(text, type);
    output.dataset.state = response.ok ? "answered" : "error";
  } catch (error) {
    status.textContent = `No answer: ${error.message}`;
    output.querySelector("pre").textContent = "";
    output.dataset.state = "error";
  }
};

for (const form of document.querySelectorAll("form")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  const type = form.elements.type;
  if (type) {
    type.addEventListener("change", () => {
      form.elements.body.value = type.selectedOptions[0].dataset.example;
    });
  }
}
for (const button of document.querySelectorAll("button.copy")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.parentElement.querySelector("pre").textContent);
    button.textContent = "Copied";
  });
}
