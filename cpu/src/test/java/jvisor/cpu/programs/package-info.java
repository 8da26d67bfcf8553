/**
 * Whole small 64-bit programs on the interpreter, with paging: code as compilers and libraries
 * write it, checked by what it computes. Where single instructions are right and a program is
 * wrong, the fault lies between them: register numbers, addressing, pages, blocks, flags that live
 * on.
 */
@NullMarked
package jvisor.cpu.programs;

import org.jspecify.annotations.NullMarked;
