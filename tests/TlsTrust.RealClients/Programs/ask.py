# Reads "name<TAB>host<TAB>port<TAB>bundle" lines; answers each with "name<TAB>accepts or refuses<TAB>words".
import socket
import ssl
import sys

for line in sys.stdin:
    name, host, port, bundle = line.rstrip("\n").split("\t")
    try:
        context = ssl.create_default_context(cafile=bundle)
        with socket.create_connection(("127.0.0.1", int(port)), timeout=8) as plain:
            with context.wrap_socket(plain, server_hostname=host):
                print(name, "accepts", "", sep="\t", flush=True)
    except Exception as fault:
        print(name, "refuses", str(fault).replace("\n", " "), sep="\t", flush=True)
