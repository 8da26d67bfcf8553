package jvisor.conformance;

import java.util.List;

/**
 * One small guest and what is to become of it.
 *
 * @param title a sentence
 * @param mode in which it begins
 * @param model the processor model's name
 * @param program its text, see {@link Directives}
 * @param expected events in order and facts at the end, see {@link Outcome}
 */
record Scene(String title, Mode mode, String model, String program, List<String> expected) {}
