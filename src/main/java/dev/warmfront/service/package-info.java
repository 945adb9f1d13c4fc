/** What tenants' tasks call beside the machines: databases, licence servers. */
@NullMarked
package dev.warmfront.service;

import org.jspecify.annotations.NullMarked;
