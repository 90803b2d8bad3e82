package org.sallyport.spi.xml;

import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;

/** XML without document types and entities: there is nothing to expand, and nothing to fetch. Stateless. */
public final class PlainXml {
    private PlainXml() {}

    /**
     * Begins to read. The reader looks at namespaces, is for one thread, and throws where there is a document type declaration or an
     * entity that is not one of the five of XML; who uses it bounds size and elements.
     *
     * @throws XMLStreamException if it does not begin as XML does
     */
    public static XMLStreamReader reader(byte[] xml) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
        return new Refusing(factory.createXMLStreamReader(new ByteArrayInputStream(xml)));
    }

    private static final class Refusing extends StreamReaderDelegate {
        Refusing(XMLStreamReader reader) {
            super(reader);
        }

        @Override
        public int next() throws XMLStreamException {
            int event = super.next();
            if (event == XMLStreamConstants.DTD) {
                throw new XMLStreamException("it has a document type declaration");
            } else if (event == XMLStreamConstants.ENTITY_REFERENCE) {
                throw new XMLStreamException("it has an entity");
            }
            return event;
        }
    }
}
