/** OpenStack Nova as a compute provider. No class but the factory is loaded before a provider of this kind is configured. */
@NullMarked
package dev.warmfront.jclouds;

import org.jspecify.annotations.NullMarked;
