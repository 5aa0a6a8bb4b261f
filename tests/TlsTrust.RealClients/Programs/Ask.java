import java.io.*;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.*;
import javax.net.ssl.*;

/** Reads "name TAB host TAB port TAB bundle" lines; answers each with "name TAB accepts or refuses TAB words". */
public class Ask {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] fields = line.split("\t");
            try (Socket plain = new Socket("127.0.0.1", Integer.parseInt(fields[2]))) {
                plain.setSoTimeout(8000);
                SSLSocket socket = (SSLSocket) trusting(fields[3]).getSocketFactory().createSocket(plain, fields[1], plain.getPort(), true);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                System.out.println(fields[0] + "\taccepts\t");
            } catch (Exception fault) {
                System.out.println(fields[0] + "\trefuses\t" + fault.toString().replaceAll("\\s+", " "));
            }
        }
    }

    private static SSLContext trusting(String bundle) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream file = new FileInputStream(bundle)) {
            int count = 0;
            for (java.security.cert.Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("anchor" + count++, certificate);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
