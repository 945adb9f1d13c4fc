/** The learner at work: reads what became durable, learns from it, and answers what it expects. */
@NullMarked
package dev.warmfront.learning;

import org.jspecify.annotations.NullMarked;
