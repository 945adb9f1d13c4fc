/** The API as its clients see it, over HTTP, on a real database and a fake provider. */
@NullMarked
package dev.warmfront.api;

import org.jspecify.annotations.NullMarked;
