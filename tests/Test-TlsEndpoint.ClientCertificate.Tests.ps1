# Servers that ask for a client certificate, as they are run: openssl s_server and nginx.
BeforeAll {
    Import-Module $env:TLSTRUST_MODULE
    Push-Location (New-Item (Join-Path $TestDrive mtls) -ItemType Directory)
    $url = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $url.Start()
    $aia = "authorityInfoAccess=caIssuers;URI:http://127.0.0.1:$($url.LocalEndpoint.Port)/issuer.cer"
    function Invoke-OpenSsl {
        $text = & openssl @args 2>&1
        if ($LASTEXITCODE) { throw "openssl $args`: $text" }
    }

    function New-Issued {
        param($Name, $Issuer, $Extension)
        Set-Content "$Name.ext" $Extension
        Invoke-OpenSsl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$Name.key" -subj "/CN=$Name" -out "$Name.csr"
        if ($Issuer) { Invoke-OpenSsl x509 -req -in "$Name.csr" -CA "$Issuer.pem" -CAkey "$Issuer.key" -CAcreateserial -days 9 -extfile "$Name.ext" -out "$Name.pem" }
        else { Invoke-OpenSsl x509 -req -in "$Name.csr" -signkey "$Name.key" -days 9 -extfile "$Name.ext" -out "$Name.pem" }
    }

    $ca = 'basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash'
    New-Issued mtls-root $null $ca
    New-Issued mtls-issuing mtls-root $ca
    New-Issued localhost mtls-root 'subjectAltName=DNS:localhost', 'extendedKeyUsage=serverAuth'
    New-Issued visitor mtls-issuing 'extendedKeyUsage=clientAuth', $aia
    Invoke-OpenSsl pkcs12 -export -in visitor.pem -inkey visitor.key -certfile mtls-issuing.pem -passout pass:secret -out whole.pfx
    Invoke-OpenSsl pkcs12 -export -in visitor.pem -inkey visitor.key -passout pass:secret -out alone.pfx
    Get-Content visitor.key, visitor.pem, mtls-issuing.pem | Set-Content whole.pem
    $password = ConvertTo-SecureString secret -AsPlainText
    function Start-Server {
        param([string] $Program, [string[]] $Arguments, [int] $Port)
        $start = [System.Diagnostics.ProcessStartInfo]::new($Program)
        $Arguments | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
        $start.WorkingDirectory = $PWD.Path
        $process = [System.Diagnostics.Process]::Start($start)
        foreach ($try in 1..100) {
            try { [System.Net.Sockets.TcpClient]::new('127.0.0.1', $Port).Dispose(); break } catch { Start-Sleep -Milliseconds 50 }
        }

        $process
    }

    function Get-FreePort {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $listener.LocalEndpoint.Port
        $listener.Stop()
    }
}

AfterAll {
    $url.Stop()
    Pop-Location
}

Describe 'openssl s_server that verifies its clients, <version>' -ForEach @(@{ version = '-tls1_2' }, @{ version = '-tls1_3' }) {
    BeforeAll {
        $port = Get-FreePort
        $server = Start-Server openssl ('s_server', '-accept', "127.0.0.1:$port", '-cert', 'localhost.pem', '-key', 'localhost.key', '-Verify', '3',
            '-verify_return_error', '-CAfile', 'mtls-root.pem', '-quiet', $version) $port
        $asked = @{ Endpoint = "localhost:$port"; TrustStore = './mtls-root.pem'; NoDownload = $true }
    }

    AfterAll {
        $server.Kill()
    }

    It 'is judged by its own certificate, and names the CAs that it accepts' {
        $report = Test-TlsEndpoint @asked
        $report.Verdict, $report.Cause | Should -Be Trusted, None
        $report.FindingIds | Should -BeLike '*ClientCertificateRequired*'
        $report.ClientCertificateIssuers | Should -BeLike '*mtls-root*'
        $report.Clients | Where-Object Answer -eq Refuses | Should -BeNullOrEmpty
    }

    It 'takes the whole chain of <file>' -ForEach @(@{ file = './whole.pfx' }, @{ file = './whole.pem' }) {
        $key = if ($file -like '*.pfx') { @{ ClientCertificatePassword = $password } } else { @{ } }
        $report = Test-TlsEndpoint @asked -ClientCertificate $file @key
        $report.Verdict, $report.Cause | Should -Be Trusted, None
        $report.ClientCertificateRequested | Should -BeTrue
        $report.FindingIds | Should -Not -BeLike '*ClientCertificateRequired*'
    }

    It 'refuses a certificate that comes without its issuer, which nobody downloads' {
        $report = Test-TlsEndpoint @asked -ClientCertificate ./alone.pfx -ClientCertificatePassword $password
        $report.Verdict, $report.Cause | Should -Be Unreachable, ClientCertificateRequired
        $url.Pending() | Should -BeFalse
    }
}

Describe 'nginx that verifies its clients' -Skip:(-not (Get-Command nginx, /usr/sbin/nginx -ErrorAction Ignore)) {
    BeforeAll {
        $port = Get-FreePort
        Set-Content nginx.conf @"
daemon off; master_process off; pid $PWD/pid; error_log stderr;
events { }
http {
  access_log off; client_body_temp_path $PWD; proxy_temp_path $PWD; fastcgi_temp_path $PWD; uwsgi_temp_path $PWD; scgi_temp_path $PWD;
  server {
    listen 127.0.0.1:$port ssl; ssl_certificate $PWD/localhost.pem; ssl_certificate_key $PWD/localhost.key;
    ssl_client_certificate $PWD/mtls-root.pem; ssl_verify_client on; ssl_verify_depth 3;
  }
}
"@
        $nginx = (Get-Command nginx, /usr/sbin/nginx -ErrorAction Ignore | Select-Object -First 1).Source
        $server = Start-Server $nginx ('-p', $PWD.Path, '-c', "$PWD/nginx.conf") $port
        $asked = @{ Endpoint = "localhost:$port"; TrustStore = './mtls-root.pem'; NoDownload = $true }
    }

    AfterAll {
        $server.Kill()
    }

    It 'is trusted without and with a certificate, and names the CAs that it accepts' {
        $without = Test-TlsEndpoint @asked
        $with = Test-TlsEndpoint @asked -ClientCertificate ./whole.pfx -ClientCertificatePassword $password
        $without.Verdict, $with.Verdict | Should -Be Trusted, Trusted
        $without.ClientCertificateRequested, $with.ClientCertificateRequested | Should -Be $true, $true
        $without.ClientCertificateIssuers | Should -BeLike '*mtls-root*'
    }
}
