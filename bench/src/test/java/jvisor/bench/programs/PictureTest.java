package jvisor.bench.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PictureTest {
  private List<Element> rects = new ArrayList<>();
  private List<Element> lines = new ArrayList<>();
  private List<Element> texts = new ArrayList<>();

  @BeforeEach
  void draw() throws Exception {
    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(new Picture(Sample.report()).svg())));
    // The legend has the first two rectangles and the first line.
    rects = elements(picture, "rect").subList(2, 6);
    lines = elements(picture, "line");
    texts = elements(picture, "text");
  }

  @Test
  void theScaleIsLogarithmic() {
    double sixteenTimes = number(rects.get(0), "width");
    double aQuarter = number(rects.get(1), "width");
    double mean = number(rects.get(2), "width");
    assertThat(sixteenTimes).isCloseTo(4 * mean, within(0.5));
    assertThat(aQuarter).isCloseTo(2 * mean, within(0.5));
  }

  @Test
  void barsStandOnTheLineOfQemu() {
    double base =
        lines.stream()
            .filter(line -> line.getAttribute("class").equals("base"))
            .mapToDouble(line -> number(line, "x1"))
            .findFirst()
            .orElseThrow();
    assertThat(number(rects.get(0), "x")).isEqualTo(base);
    assertThat(number(rects.get(1), "x") + number(rects.get(1), "width"))
        .isCloseTo(base, within(0.11));
  }

  @Test
  void whatIsSlowerLooksOtherwise() {
    assertThat(rects.stream().map(rect -> rect.getAttribute("class")))
        .containsExactly("faster", "slower", "faster", "slower");
  }

  @Test
  void theNativeSpeedIsMarkedWhereThereIsOne() {
    assertThat(lines.stream().filter(line -> line.getAttribute("class").equals("native")))
        .as("the legend, two programs and their mean")
        .hasSize(4);
  }

  @Test
  void titlesAndFiguresAreReadAsTheyAre() {
    assertThat(texts.stream().map(Element::getTextContent))
        .contains("fib", "16.0×", "a < b & c", "0.250×", "geometric mean", "2.00×", "boot");
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<Element> elements(Document picture, String name) {
    NodeList found = picture.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }
}
