// The endpoint's editor: YASGUI in the place of the plain form, which stays where this does not run.
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";

const form = document.getElementById("plain-editor");
const place = document.createElement("div");
place.id = "yasgui";
form.after(place);
Yasgui.defaults.requestConfig = {
  ...Yasgui.defaults.requestConfig,
  endpoint: form.dataset.endpoint,
  method: "POST",
};
Yasgui.defaults.copyEndpointOnNewTab = true;
Yasgui.Yasqe.defaults.editorHeight = "26rem";
Yasgui.Yasqe.defaults.createShareableLink = null;
const editor = new Yasgui(place, {
  persistencePrefix: "pfocr-ld",
  populateFromUrl: false,
  endpointCatalogueOptions: { getData: () => [{ endpoint: form.dataset.endpoint }] },
});
const tab = editor.getTab() || editor.addTab(true);
tab.setEndpoint(form.dataset.endpoint);
tab.setQuery(document.getElementById("query").value);
form.hidden = true;
