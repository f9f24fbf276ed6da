/**
 * What is wanted no longer: <em>forget</em> moves manifests into the trash, <em>prune</em> deletes
 * what no manifest names any more. Both alone in the repository, by a lease; both stop where
 * anything is in doubt. Source: {@code docs/format.md}, sections 16 and 17.
 */
@NullMarked
package dev.firkin.disposal;

import org.jspecify.annotations.NullMarked;
