# One measurement in a fresh shell, as "milliseconds methods"; FirstBenchmark.cs starts it.
param([string] $What, [string] $Endpoint, [string] $Store, [string] $Module, [string] $Empty)
$ErrorActionPreference = 'Stop'

function Measure-Action {
    param([scriptblock] $Action)
    $methods = [System.Runtime.JitInfo]::GetCompiledMethodCount($false)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $null = . $Action
    $time = $watch.Elapsed.TotalMilliseconds
    [string]::Format([cultureinfo]::InvariantCulture, '{0:0.0} {1}', $time, [System.Runtime.JitInfo]::GetCompiledMethodCount($false) - $methods)
}

switch ($What) {
    'handshake' {
        # A verified handshake by script, with nothing of ours.
        Measure-Action {
            $name, $port = $Endpoint -split ':'
            $roots = [System.Security.Cryptography.X509Certificates.X509Certificate2Collection]::new()
            $roots.ImportFromPemFile($Store)
            $policy = [System.Security.Cryptography.X509Certificates.X509ChainPolicy]::new()
            $policy.TrustMode = 'CustomRootTrust'
            $policy.CustomTrustStore.AddRange($roots)
            $policy.RevocationMode = 'NoCheck'
            $options = [System.Net.Security.SslClientAuthenticationOptions]::new()
            $options.TargetHost = $name
            $options.CertificateChainPolicy = $policy
            $client = [System.Net.Sockets.TcpClient]::new($name, [int] $port)
            $stream = [System.Net.Security.SslStream]::new($client.GetStream())
            $stream.AuthenticateAsClient($options)
            $stream.Dispose()
            $client.Dispose()
        }
    }
    'first call' { Import-Module $Module; Measure-Action { Test-TlsEndpoint $Endpoint -TrustStore $Store } }
    'second call' { Import-Module $Module; Test-TlsEndpoint $Endpoint -TrustStore $Store | Out-Null; Measure-Action { Test-TlsEndpoint $Endpoint -TrustStore $Store } }
    'import' { Measure-Action { Import-Module $Module } }
    'import of an empty module' { Measure-Action { Import-Module $Empty } }
    'first table' { Import-Module $Module; $report = Test-TlsEndpoint $Endpoint -TrustStore $Store; Measure-Action { $report | Format-Table | Out-String } }
    'first table of Get-Process' { $process = Get-Process -Id $PID; Measure-Action { $process | Format-Table | Out-String } }
    'a call of a loop, default store' {
        Import-Module $Module
        Test-TlsEndpoint $Endpoint | Out-Null
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        foreach ($i in 1..20) { Test-TlsEndpoint $Endpoint | Out-Null }
        [string]::Format([cultureinfo]::InvariantCulture, '{0:0.0} 0', $watch.Elapsed.TotalMilliseconds / 20)
    }
}
