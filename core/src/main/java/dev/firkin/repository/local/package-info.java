/**
 * What this host keeps of the repositories it uses: their secrets and pinned recipients, which are
 * precious, and copies of immutable objects, which are not. Files are 0600 in folders of 0700.
 */
@NullMarked
package dev.firkin.repository.local;

import org.jspecify.annotations.NullMarked;
