#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeAll {
    . (Join-Path $PSScriptRoot 'PemBundle.ps1')
    $file = Join-Path $TestDrive 'a.pem'
}

Describe 'Test-PemBundle' {
    It 'names <What> at line <Line>' -ForEach @(
        @{ What = 'GluedMarkers'; Damage = { $bundle -replace "-----`n-----", '----------' } }
        @{ What = 'Utf8Bom'; Damage = { [char]0xFEFF + $bundle }; Line = 1 }
        @{ What = 'Indented'; Damage = { $bundle -replace '(?m)^', '    ' }; Line = 1 }
        @{ What = 'Quoted'; Damage = { $bundle -replace '(?m)^(?=.)', '> ' }; Line = 1 }
        @{ What = 'EscapedNewlines'; Damage = { '"' + ($bundle -replace "`n", '\n') + '"' }; Line = 1 }
        @{ What = 'TypographicDashes'; Damage = { $bundle -replace '-', [char]0x2013 }; Line = 1 }
        @{ What = 'MissingEnd'; Damage = { $bundle -replace '-----END CERTIFICATE-----\n\Z', '' } }
        @{ What = 'NoFinalNewline'; Damage = { $bundle.TrimEnd("`n") } }
    ) {
        Set-Content -LiteralPath $file -NoNewline -Encoding utf8NoBOM -Value (& $Damage)
        $report = Test-PemBundle $file
        $report.IsSound | Should -BeFalse
        $change = @($report.Changes | Where-Object What -EQ $What)
        $change.Count | Should -BeGreaterThan 0
        $change[0].Line | Should -BeGreaterThan 0
        if ($Line) { $change[0].Line | Should -Be $Line }
        $report.After.Count | Should -Be 3
    }

    It 'reports what can not be read, and keeps it' {
        Set-Content -LiteralPath $file -NoNewline -Value ($root + "-----BEGIN CERTIFICATE-----`nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq`n-----END CERTIFICATE-----`n")
        $report = Test-PemBundle $file
        $report.IsSound | Should -BeFalse
        $report.Unrecovered.What | Should -Be 'TruncatedDer'
        $report.Unrecovered.Line | Should -BeGreaterThan 1
    }

    It 'answers with -Quiet in one word' {
        Set-Content -LiteralPath $file -NoNewline -Value $bundle
        Test-PemBundle $file -Quiet | Should -BeTrue
        Set-Content -LiteralPath $file -NoNewline -Value ($bundle + ' ' + $bundle)
        Test-PemBundle $file -Quiet | Should -BeFalse
    }

    It 'answers False with -Quiet for a file that is not there, beside the error' {
        $answer = Test-PemBundle (Join-Path $TestDrive 'absent*.pem') -Quiet -ErrorVariable failed -ErrorAction SilentlyContinue
        @($answer) | Should -Be @($false)
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,TlsTrust.PowerShell.TestPemBundleCommand'
    }

    It 'changes nothing' {
        Set-Content -LiteralPath $file -NoNewline -Value ($bundle -replace '-', [char]0x2013)
        $before = (Get-FileHash $file).Hash
        $null = Test-PemBundle $file
        (Get-FileHash $file).Hash | Should -Be $before
    }

    It 'says whether a key beside the file fits' {
        Set-Content -LiteralPath $file -NoNewline -Value ($leaf + $intermediate)
        $keyFile = Join-Path $TestDrive 'a.key'
        Set-Content -LiteralPath $keyFile -NoNewline -Value $key
        (Test-PemBundle $file -KeyPath $keyFile).KeyMatches | Should -BeTrue
        Set-Content -LiteralPath $keyFile -NoNewline -Value ([System.Security.Cryptography.RSA]::Create(2048).ExportPkcs8PrivateKeyPem())
        (Test-PemBundle $file -KeyPath $keyFile).KeyMatches | Should -BeFalse
    }

    It 'reports a file that is not there, and goes on' {
        $reports = Test-PemBundle (Join-Path $TestDrive 'absent.pem'), $file -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'PathNotFound,TlsTrust.PowerShell.TestPemBundleCommand'
        @($reports).Count | Should -Be 1
    }

    It 'reads an empty file and a folder' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'folder')
        Set-Content -LiteralPath (Join-Path $folder 'empty.pem') -NoNewline -Value ''
        Set-Content -LiteralPath (Join-Path $folder 'b.crt') -NoNewline -Value $root
        Set-Content -LiteralPath (Join-Path $folder 'notes.txt') -Value 'no certificate'
        $reports = Test-PemBundle $folder
        @($reports).Count | Should -Be 2
        ($reports | Where-Object Path -Like '*empty*').Notes.What | Should -Contain 'EmptyFile'
    }

    It 'says that a folder has no certificate file' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'nothing')
        Test-PemBundle $folder -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -Be 'NoCertificateFound,TlsTrust.PowerShell.TestPemBundleCommand'
    }

    It 'fits 100 columns' {
        Set-Content -LiteralPath $file -NoNewline -Value ($bundle -replace "-----`n-----", '----------')
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (Test-PemBundle $file | Out-String -Width 100) -split "`n"
        ($lines | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 100
        $lines -join "`n" | Should -Match 'to mend'
        (Test-PemBundle $file | Format-List | Out-String -Width 100) | Should -Match 'GluedMarkers at line \d+'
    }
}
