package dev.warmfront.libvirt;

import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The little XML that is written to libvirt and read from it. */
final class Xml {

    private static final XMLInputFactory READERS = readers();

    private Xml() {}

    private static XMLInputFactory readers() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        // A host is not trusted to make this process open files or addresses.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    /** Safe between tags and inside of quotes. Control characters, which XML cannot hold, become spaces. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&apos;");
                default -> out.append(c < ' ' ? ' ' : c);
            }
        }
        return out.toString();
    }

    /** Attributes of an element. */
    record Attributes(Map<String, String> values) {
        /** @throws IllegalArgumentException when it is absent */
        String get(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no attribute " + name);
            }
            return value;
        }
    }

    /**
     * The attributes of the first element of that local name.
     *
     * @throws IllegalArgumentException when there is none, or the text is not XML
     */
    static Attributes attributesOf(String xml, String element) {
        return read(xml, element, reader -> {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                values.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
            }
            return new Attributes(values);
        });
    }

    /**
     * The text of the first element of that local name.
     *
     * @throws IllegalArgumentException when there is none, or the text is not XML
     */
    static String textOf(String xml, String element) {
        return read(xml, element, XMLStreamReader::getElementText);
    }

    /** What is taken from an element. */
    @FunctionalInterface
    private interface Taking<T> {
        T from(XMLStreamReader reader) throws XMLStreamException;
    }

    private static <T> T read(String xml, String element, Taking<T> taking) {
        try {
            XMLStreamReader reader = READERS.createXMLStreamReader(new StringReader(xml));
            try {
                while (reader.hasNext()) {
                    if (reader.next() == XMLStreamConstants.START_ELEMENT
                            && reader.getLocalName().equals(element)) {
                        return taking.from(reader);
                    }
                }
            } finally {
                reader.close();
            }
        } catch (XMLStreamException malformed) {
            throw new IllegalArgumentException("not XML: " + malformed.getMessage(), malformed);
        }
        throw new IllegalArgumentException("no element " + element);
    }
}
