// Whatever runs on the pages of the anonymous host, in this order; foundation/bundles.py joins it.
import "../writing.js";
import "../aloud.js";
import "../receipt.js";
import "../guard.js";
import "../finish.js";
import "../anonymous.js";
