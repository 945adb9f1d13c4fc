/** Tests of the cost model, and the tool that writes its bundled prices. */
@NullMarked
package dev.warmfront.cost;

import org.jspecify.annotations.NullMarked;
