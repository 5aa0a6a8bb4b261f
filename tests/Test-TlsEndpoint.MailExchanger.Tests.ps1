<#
-MailExchanger at a prompt: a network of its own with dnsmasq as its name server and Postfix on port 25, asked for the mail hosts of a domain.
#>
BeforeAll {
    . $PSScriptRoot/Shell.ps1
    $obstacle = if (-not $IsLinux) { 'it needs Linux' } elseif ((id -u) -ne 0) { 'it needs root rights, for a namespace' } else {
        'dnsmasq', 'postfix', 'openssl', 'ip', 'unshare' | Where-Object { -not (Get-Command $_ -ErrorAction Ignore) } |
            Select-Object -First 1 | ForEach-Object { "it needs $_" }
    }
    if (-not $obstacle -and -not (unshare --net --mount true && $?)) {
        $obstacle = 'no network namespace can be made here'
    }
}

Describe 'Test-TlsEndpoint -MailExchanger' {
    It 'tests every mail host of the domain, over STARTTLS, by its own name' {
        if ($obstacle) {
            Set-ItResult -Skipped -Because $obstacle
        }

        $folder = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "tlstrust-mx-$PID/data") -ItemType Directory -Force).Parent.FullName
        Push-Location $folder
        try {
            $null = openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 30 -subj '/CN=Mail Root' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>&1
            $null = openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj '/CN=mx1.shop.test' 2>&1
            Set-Content server.ext "subjectAltName=DNS:mx1.shop.test`nextendedKeyUsage=serverAuth`nauthorityKeyIdentifier=keyid"
            $null = openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days 20 -extfile server.ext -out server.pem 2>&1
            Set-Content resolv.conf 'nameserver 127.0.0.1'
            $null = New-Item spool -ItemType Directory
            Set-Content main.cf @"
compatibility_level = 3.6
queue_directory = $folder/spool
data_directory = $folder/data
inet_interfaces = 127.0.0.1, 127.0.0.2
inet_protocols = ipv4
myhostname = mx1.shop.test
mydestination =
local_recipient_maps =
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_cert_file = $folder/server.pem
smtpd_tls_key_file = $folder/server.key
maillog_file = /dev/stdout
smtpd_peername_lookup = no
"@
            Set-Content master.cf @'
smtp inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
rewrite unix - - n - - trivial-rewrite
postlog unix-dgram n - n - 1 postlogd
'@
            Set-Content ask.ps1 @"
Import-Module '$env:TLSTRUST_MODULE'
foreach (`$port in 53, 25) {
    for (`$i = 0; `$i -lt 100 -and -not (Test-Connection 127.0.0.1 -TcpPort `$port -TimeoutSeconds 1); `$i++) { Start-Sleep -Milliseconds 200 }
}

Test-TlsEndpoint shop.test -MailExchanger -TrustStore ./root.pem -Ordered | Select-Object Endpoint, HostName, RemoteAddress, Verdict, Cause, Summary | ConvertTo-Json -EnumsAsStrings
"@
            $shell = @(Get-Shell) -ne $null
            Set-Content run.sh @"
chown postfix $folder/data && chmod 755 $folder
ip link set lo up && ip addr add 127.0.0.2/8 dev lo
mount --bind $folder/resolv.conf /etc/resolv.conf
dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --listen-address=127.0.0.1 --bind-interfaces --pid-file= \
  --mx-host=shop.test,mx1.shop.test,10 --mx-host=shop.test,mx2.shop.test,20 \
  --host-record=mx1.shop.test,127.0.0.1 --host-record=mx2.shop.test,127.0.0.2 >dns.log 2>&1 &
names=`$!
postfix -c $folder start-fg >mail.log 2>&1 &
'$($shell -join "' '")' -NoProfile -NonInteractive -File $folder/ask.ps1
postfix -c $folder stop >>mail.log 2>&1
kill `$names
"@
            $said = unshare --net --mount --pid --fork --kill-child --mount-proc sh $folder/run.sh
            $rows = $said | ConvertFrom-Json
            $rows.HostName | Should -Be 'mx1.shop.test', 'mx2.shop.test' -Because "$said $(Get-Content dns.log, mail.log)"
            $rows.Verdict | Should -Be Trusted, Untrusted -Because "$said $(Get-Content dns.log, mail.log)"
            $rows[1].Cause | Should -Be NameMismatch
            $rows.RemoteAddress | Should -Be '127.0.0.1', '127.0.0.2'
            $rows.Endpoint | Should -BeLike 'smtp://mx?.shop.test*'
        }
        finally {
            Pop-Location
            Remove-Item $folder -Recurse -Force
        }
    }
}
