/**
 * The values that options take, each with the converter that reads it and says in one line what is
 * wrong with a value.
 */
@NullMarked
package jvisor.app.option;

import org.jspecify.annotations.NullMarked;
