/** Virtual machines on one's own hosts, by libvirt: bindings, hosts, the life of an instance there, the provider. */
@NullMarked
package dev.warmfront.libvirt;

import org.jspecify.annotations.NullMarked;
