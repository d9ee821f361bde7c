// Whatever runs on the pages of the portal, in this order; foundation/bundles.py joins it.
import "../writing.js";
import "../forms.js";
import "../trouble.js";
import "../sorting.js";
import "../frame.js";
import "../aloud.js";
import "../kept.js";
import "../said.js";
import "../sending.js";
import "../hall.js";
import "../passes.js";
import "../parts.js";
import "../screen.js";
import "../finish.js";
import "../receipt.js";
import "../guard.js";
import "../vouchers.js";
import "../passkey.js";
import "../verify.js";

document.documentElement.dataset.ran = ""; // early.js looks for it
