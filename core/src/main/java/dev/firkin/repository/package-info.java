/**
 * An open repository: its chunks, pages, snapshots and uploads in progress, on any object store.
 *
 * <p>{@link dev.firkin.repository.Repositories} makes and opens one; {@link
 * dev.firkin.repository.Repository} is what the pipelines work with. The values are in {@code
 * repository.model}, how they are written in {@code repository.v1}, what this host keeps of them in
 * {@code repository.local}. Source: {@code docs/format.md}.
 */
@NullMarked
package dev.firkin.repository;

import org.jspecify.annotations.NullMarked;
