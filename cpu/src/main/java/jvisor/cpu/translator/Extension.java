package jvisor.cpu.translator;

import java.util.List;
import jvisor.cpu.interpreter.Block;

/**
 * A block's second translation, together with others.
 *
 * @param number of its first block; the others' follow
 * @param alone number of the first block's translation without others
 * @param members its blocks, the first one first
 */
record Extension(int number, int alone, List<Block> members) {}
