/** What a store was seen to keep of its promises. */
@NullMarked
package dev.firkin.store.probe;

import org.jspecify.annotations.NullMarked;
