/** A recurrent network of quantiles as an expert: trained by PyTorch where it runs, evaluated in Java. */
@NullMarked
package dev.warmfront.forecast.neural;

import org.jspecify.annotations.NullMarked;
