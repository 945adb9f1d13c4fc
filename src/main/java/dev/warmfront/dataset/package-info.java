/** Files that tenants' tasks read. */
@NullMarked
package dev.warmfront.dataset;

import org.jspecify.annotations.NullMarked;
