<#
.SYNOPSIS
A fleet on this machine: each machine is a network namespace and a mount namespace with its own store, host file, home and clock, and a
real sshd in it whose subsystem is the PowerShell that runs the test. Needs Linux, root, and sshd, ssh, ip, unshare, openssl.
#>

function Get-FleetObstacle {
    # Why no fleet can be made here; empty where it can.
    if (-not $IsLinux) {
        return 'a fleet needs Linux'
    }

    if ((id -u) -ne 0) {
        return 'a fleet needs root rights, for namespaces'
    }

    foreach ($tool in '/usr/sbin/sshd', 'ssh', 'ssh-keygen', 'ip', 'unshare', 'openssl') {
        if (-not (Get-Command $tool -ErrorAction Ignore)) {
            return "a fleet needs $tool"
        }
    }

    ip netns add "tlst-probe-$PID" 2>$null
    if ($LASTEXITCODE -ne 0) {
        return 'no network namespace can be made here'
    }

    ip netns del "tlst-probe-$PID"
    if (-not ((Get-Shell) -match 'pwsh')) {
        return 'the shell that runs this is no pwsh that another can be started with'
    }
}

# The servers' address, on the loopback of this machine; every machine has a way there.
$fleetServer = '10.213.255.1'

function New-FleetAuthority {
    # A root with a server certificate for shop.fleet.test: files root.pem, server.pem and server.key in a folder of its own.
    # -Loose leaves out of the server's certificate what only a strict reading of RFC 5280 wants: the identifier of its issuer's key.
    param([string] $Folder, [string] $Name, [int] $Days = 300, [switch] $Loose)
    $null = New-Item $Folder -ItemType Directory -Force
    Push-Location $Folder
    try {
        $null = openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650 -subj "/O=TlsTrust Tests/CN=$Name" -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' 2>&1
        $null = openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj '/CN=shop.fleet.test' 2>&1
        $identifier = $Loose ? 'none' : 'keyid'
        Set-Content server.ext "subjectAltName=DNS:shop.fleet.test`nextendedKeyUsage=serverAuth`nbasicConstraints=CA:FALSE`nsubjectKeyIdentifier=hash`nauthorityKeyIdentifier=$identifier"
        $null = openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days $Days -extfile server.ext -out server.pem 2>&1
    }
    finally {
        Pop-Location
    }
}

function Start-FleetServer {
    param([hashtable] $Fleet, [string] $Folder, [int] $Port, [switch] $SendsRoot)
    $start = [System.Diagnostics.ProcessStartInfo]::new('openssl')
    $more = $SendsRoot ? @('-cert_chain', "$Folder/root.pem") : @()
    @('s_server', '-accept', "${fleetServer}:$Port", '-cert', "$Folder/server.pem", '-key', "$Folder/server.key", '-www', '-quiet') + $more |
        ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $Fleet.Processes.Add([System.Diagnostics.Process]::Start($start))
}

function Start-FleetProxy {
    # A proxy that intercepts: whatever is asked for, it leads to a server of its own.
    param([hashtable] $Fleet, [int] $Port, [int] $To)
    if (-not ('TlsTrustTests.InterceptingProxy' -as [type])) {
        Add-Type -TypeDefinition @'
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
namespace TlsTrustTests
{
    public sealed class InterceptingProxy
    {
        private readonly TcpListener _listener;
        private readonly IPEndPoint _to;
        public InterceptingProxy(string address, int port, int to)
        {
            _listener = new TcpListener(IPAddress.Parse(address), port);
            _to = new IPEndPoint(IPAddress.Parse(address), to);
            _listener.Start();
            Task.Run(RunAsync);
        }
        public void Stop() { _listener.Stop(); }
        private async Task RunAsync()
        {
            while (true) { TcpClient client = await _listener.AcceptTcpClientAsync(); _ = Task.Run(() => TunnelAsync(client)); }
        }
        private async Task TunnelAsync(TcpClient client)
        {
            using (client)
            using (TcpClient server = new TcpClient())
            {
                NetworkStream near = client.GetStream();
                byte[] one = new byte[1];
                string head = "";
                while (!head.EndsWith("\r\n\r\n") && await near.ReadAsync(one, 0, 1) == 1) { head += (char)one[0]; }
                await server.ConnectAsync(_to.Address, _to.Port);
                byte[] answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 Connection established\r\n\r\n");
                await near.WriteAsync(answer, 0, answer.Length);
                NetworkStream far = server.GetStream();
                await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
            }
        }
    }
}
'@
    }

    $Fleet.Proxies.Add([TlsTrustTests.InterceptingProxy]::new($fleetServer, $Port, $To))
}

function New-Fleet {
    # Nothing but the ground: the servers' address, the user's key, the list of known hosts.
    param([string] $Folder)
    $fleet = @{
        Folder    = $Folder
        Machines  = [ordered] @{}
        Processes = [System.Collections.Generic.List[System.Diagnostics.Process]]::new()
        Proxies   = [System.Collections.Generic.List[object]]::new()
        # Runs of the suite at one time must not meet.
        Prefix    = 'tlst{0:x}' -f ($PID % 4096)
    }
    $null = New-Item $Folder, /run/sshd -ItemType Directory -Force
    $null = ssh-keygen -q -t ed25519 -N '' -f "$Folder/user"
    Set-Content "$Folder/known_hosts" ''
    ip addr add "$fleetServer/32" dev lo 2>$null
    $fleet
}

function New-ServedFleet {
    # The ground, three authorities, servers with certificates of two of them, and a proxy that intercepts.
    param([string] $Folder)
    $fleet = New-Fleet $Folder
    $fleet.Endpoint = 'shop.fleet.test:8443'
    New-FleetAuthority "$Folder/pki" 'Fleet Root'
    New-FleetAuthority "$Folder/mitm" 'Proxy Root'
    New-FleetAuthority "$Folder/old" 'Old Root'
    Start-FleetServer $fleet "$Folder/pki" 8443
    Start-FleetServer $fleet "$Folder/mitm" 8444
    Start-FleetServer $fleet "$Folder/pki" 8445 -SendsRoot
    Start-FleetProxy $fleet 8080 8444
    $fleet
}

function New-OldShellHook {
    # An assembly that .NET loads before a program (DOTNET_STARTUP_HOOKS): the PowerShell that starts then says that it is Windows PowerShell.
    param([string] $Path)
    Add-Type -OutputAssembly $Path -TypeDefinition @'
using System;
using System.Reflection;
internal class StartupHook
{
    public static void Initialize()
    {
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Change(loaded.LoadedAssembly.GetType("System.Management.Automation.PSVersionInfo"));
    }

    private static void Change(Type type)
    {
        if (type is null)
        {
            return;
        }

        object version = type.GetProperty("PSVersion", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).GetValue(null);
        Set(version, "_Major", 5);
        Set(version, "_Minor", 1);
        Set(version, "_Build", 22621);
    }

    private static void Set(object version, string part, int number)
    {
        version.GetType().GetField(part, BindingFlags.Instance | BindingFlags.NonPublic).SetValue(version, number);
    }
}
'@
}

function Add-FleetMachine {
    <#
    .SYNOPSIS
    Starts a machine. Roots are PEM files that its store has; -Clock is an offset such as '+400d'; -Variables are those of its sessions;
    -Path comes first in its PATH; -Arguments are more of its shell's; -Prepare is what its own shell does before sshd starts, with $folder for its folder.
    #>
    param([hashtable] $Fleet, [string] $Name, [string[]] $Roots = @(), [hashtable] $Variables = @{}, [string] $Clock,
        [string] $Path, [string[]] $Arguments = @(), [string] $Prepare = 'true')
    $number = $Fleet.Machines.Count + 1
    $folder = Join-Path $Fleet.Folder $Name
    $space = "$($Fleet.Prefix)-$number"
    $null = New-Item "$folder/home/.cache", "$folder/certs", "$folder/tmp" -ItemType Directory -Force
    $address = "10.213.$number.2"
    $null = ssh-keygen -q -t ed25519 -N '' -f "$folder/host"
    Add-Content "$($Fleet.Folder)/known_hosts" "$address $((Get-Content "$folder/host.pub") -split ' ' | Select-Object -First 2)"

    # Public roots as the system has them, and those of its own.
    $public = Get-Content /etc/ssl/certs/ca-certificates.crt -Raw -ErrorAction Ignore
    Set-Content "$folder/certs/ca-certificates.crt" (@($public) + @($Roots | ForEach-Object { Get-Content $_ -Raw }) -join "`n")
    foreach ($root in $Roots) {
        Copy-Item $root "$folder/certs/$(openssl x509 -in $root -noout -hash).0"
    }

    Set-Content "$folder/hosts" "127.0.0.1 localhost`n$fleetServer shop.fleet.test other.fleet.test"
    $shell = @(Get-Shell) -ne $null
    $all = @{ HOME = "$folder/home"; XDG_CACHE_HOME = "$folder/home/.cache"; PATH = "$($Path ? "${Path}:" : '')$([IO.Path]::GetDirectoryName($shell[0])):/usr/sbin:/usr/bin:/bin"; POWERSHELL_TELEMETRY_OPTOUT = '1' }
    if ($env:DOTNET_ROOT) {
        $all.DOTNET_ROOT = $env:DOTNET_ROOT
    }

    foreach ($variable in $Variables.Keys) {
        $all[$variable] = $Variables[$variable]
    }

    if ($Clock) {
        # Timers are left alone: only the date is wrong.
        $all.FAKETIME_DONT_FAKE_MONOTONIC = '1'
        $shell = @('/usr/bin/faketime', '-f', $Clock) + $shell
    }

    Set-Content "$folder/sshd_config" @"
Port 22
ListenAddress $address
HostKey $folder/host
PidFile $folder/sshd.pid
AuthorizedKeysFile $($Fleet.Folder)/user.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
MaxStartups 300
SetEnv $(($all.Keys | ForEach-Object { "$_=$($all[$_])" }) -join ' ')
Subsystem powershell $shell -sshs -NoLogo -NoProfile $Arguments
"@
    ip netns add $space
    ip link add "$space-h" type veth peer name eth0 netns $space
    ip addr add "10.213.$number.1/30" dev "$space-h"
    ip link set "$space-h" up
    ip -n $space addr add "$address/30" dev eth0
    ip -n $space link set eth0 up
    ip -n $space link set lo up
    ip -n $space route add default via "10.213.$number.1"
    $script = "mount --bind $folder/certs /etc/ssl/certs && mount --bind $folder/hosts /etc/hosts && $($Prepare.Replace('$folder', $folder)) && exec /usr/sbin/sshd -D -f $folder/sshd_config -E $folder/log"
    $Fleet.Processes.Add([System.Diagnostics.Process]::Start('ip', [string[]] @('netns', 'exec', $space, 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', $script)))
    $Fleet.Machines[$Name] = @{ Name = $Name; Address = $address; Space = $space; Folder = $folder; Number = $number }
}

function Get-FleetWay {
    # What New-PSSession is told to reach a machine.
    param([hashtable] $Fleet, [string] $Name)
    @{
        HostName          = $Fleet.Machines[$Name].Address
        UserName          = 'root'
        KeyFilePath       = "$($Fleet.Folder)/user"
        Options           = @{ UserKnownHostsFile = "$($Fleet.Folder)/known_hosts"; IdentitiesOnly = 'yes'; BatchMode = 'yes' }
        ConnectingTimeout = 60000
        Name              = $Name
    }
}

function Open-FleetSession {
    # A session to each of these machines, all at once; a server that is just starting is given time.
    param([hashtable] $Fleet, [string[]] $Name = $Fleet.Machines.Keys)
    $ways = foreach ($machine in $Name) {
        $way = Get-FleetWay $Fleet $machine
        for ($try = 1; -not (Test-Connection $way.HostName -TcpPort 22 -TimeoutSeconds 1 -Quiet) -and $try -lt 50; $try++) {
            Start-Sleep -Milliseconds 100
        }

        $way.Remove('Name')
        $way
    }

    New-PSSession -SSHConnection $ways -Name $Name
}

function Close-FleetConnection {
    # Cuts every connection of a machine, from its side; its server goes on.
    param([hashtable] $Fleet, [string] $Name)
    $machine = $Fleet.Machines[$Name]
    $server = Get-Content "$($machine.Folder)/sshd.pid"
    ip netns pids $machine.Space | Where-Object { $_ -ne $server } | ForEach-Object { Stop-Process -Id $_ -Force -ErrorAction Ignore }
}

function Stop-FleetMachine {
    # A machine goes: its server, its sessions and its network.
    param([hashtable] $Fleet, [string] $Name)
    $machine = $Fleet.Machines[$Name]
    ip netns pids $machine.Space | ForEach-Object { Stop-Process -Id $_ -Force -ErrorAction Ignore }
    ip -n $machine.Space link set eth0 down
}

function Remove-Fleet {
    # The sessions first, while their machines can still say goodbye; the folder last, when nobody writes into it.
    param([hashtable] $Fleet, [object[]] $Session)
    $Session | Where-Object { $_ } | Remove-PSSession
    $Fleet.Proxies | ForEach-Object { $_.Stop() }
    foreach ($process in $Fleet.Processes) {
        if (-not $process.HasExited) {
            $process.Kill($true)
        }
    }

    foreach ($machine in $Fleet.Machines.Values) {
        ip netns pids $machine.Space 2>$null | ForEach-Object { Stop-Process -Id $_ -Force -ErrorAction Ignore }
        ip netns del $machine.Space 2>$null
        ip link del "$($machine.Space)-h" 2>$null
    }

    ip addr del "$fleetServer/32" dev lo 2>$null
    Remove-Item $Fleet.Folder -Recurse -Force -ErrorAction Ignore
}
