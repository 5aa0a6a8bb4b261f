// Reads "name<TAB>host<TAB>port<TAB>bundle" lines; answers each with "name<TAB>accepts or refuses<TAB>words".
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		pool := x509.NewCertPool()
		bundle, _ := os.ReadFile(fields[3])
		pool.AppendCertsFromPEM(bundle)
		dialer := &net.Dialer{Timeout: 8 * time.Second}
		connection, fault := tls.DialWithDialer(dialer, "tcp", "127.0.0.1:"+fields[2], &tls.Config{ServerName: fields[1], RootCAs: pool})
		if fault != nil {
			fmt.Printf("%s\trefuses\t%s\n", fields[0], strings.Join(strings.Fields(fault.Error()), " "))
		} else {
			connection.Close()
			fmt.Printf("%s\taccepts\t\n", fields[0])
		}
	}
}
