using System.Diagnostics;
using System.Security.Cryptography;
using Xunit.Sdk;

namespace BioLearn.Cli.Tests.Experiments;

/// <summary>A Slurm cluster of two nodes on this machine: munge, a controller, and a daemon a node, all on loopback, in a folder of their own.</summary>
internal sealed class SlurmCluster : IDisposable
{
    public const int Nodes = 2;

    private readonly string _folder;

    /// <summary>Starts the cluster; where Slurm is not installed, or only root could start it, the test is skipped.</summary>
    public SlurmCluster(string folder)
    {
        foreach (string program in (string[])["sbatch", "slurmctld", "slurmd", "munged"])
        {
            if (!((Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/sbin:/sbin").Split(':').Any(at => File.Exists(Path.Combine(at, program))))
                throw SkipException.ForSkip($"{program} is not installed (Debian: apt-get install slurm-wlm munge)");
        }
        if (Environment.UserName != "root")
            throw SkipException.ForSkip("only root can start a Slurm cluster");
        _folder = folder;
        foreach (string name in (string[])["state", "log", "run", "munge", .. Enumerable.Range(1, Nodes).Select(n => $"spool/n{n}")])
            Directory.CreateDirectory(At(name));
        Allow(At("munge"), Own | UnixFileMode.UserExecute);
        // Munge refuses sockets below folders that others may write in or not enter.
        foreach (string open in (string[])[_folder, At("run")])
            Allow(open, Own | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllBytes(At("munge/key"), RandomNumberGenerator.GetBytes(128));
        Allow(At("munge/key"), Own);
        File.WriteAllText(Configuration, Text());
        Run("munged", "--force", $"--key-file={At("munge/key")}", $"--socket={At("run/munge.socket")}", $"--pid-file={At("run/munged.pid")}", $"--log-file={At("log/munged.log")}", $"--seed-file={At("munge/seed")}", "--num-threads=1");
        Run("slurmctld", "-f", Configuration);
        for (int n = 1; n <= Nodes; n++)
            Run("slurmd", "-f", Configuration, "-N", $"n{n}");
        WaitUntil(() => Run("sinfo", "-h", "-N", "-o", "%t").Split('\n').Count(state => state.Trim() == "idle") == Nodes, "the nodes did not become idle");
    }

    public string Configuration => At("slurm.conf");

    /// <summary>kill -9 of a node's daemon, of what steps it runs and of their processes: the machine is gone, and nobody was told.</summary>
    /// <returns>How many processes of trials went with it.</returns>
    public int Lose(string node)
    {
        Kill(int.Parse(File.ReadAllText(At($"run/slurmd-{node}.pid")).Trim(), null));
        int lost = 0;
        foreach (int work in ProcessesOf(node))
        {
            int keeper = ParentOf(work);
            if (NameOf(keeper).StartsWith("slurmstepd", StringComparison.Ordinal))
                Kill(keeper);
            Kill(work);
            lost++;
        }
        return lost;
    }

    /// <summary>Processes that jobs have started on a node.</summary>
    public int[] ProcessesOf(string node) => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, null)).Where(id => IsOf(id, node))];

    public string Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        start.Environment["PATH"] = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        using var process = Process.Start(start)!;
        // Daemons keep the pipes; the program itself is over when it is over.
        process.WaitForExit(TimeSpan.FromSeconds(20));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        return output.Wait(TimeSpan.FromSeconds(2)) ? output.Result : "";
    }

    public static void WaitUntil(Func<bool> condition, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(3), otherwise);
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        if (!File.Exists(Configuration))
            return;
        Run("scancel", "--user=root");
        foreach (string file in Directory.GetFiles(At("run"), "*.pid").OrderByDescending(file => file.Contains("slurmd", StringComparison.Ordinal)).ThenBy(file => file.Contains("munged", StringComparison.Ordinal)))
            Kill(int.Parse(File.ReadAllText(file).Trim(), null));
        for (int n = 1; n <= Nodes; n++)
        {
            foreach (int work in ProcessesOf($"n{n}"))
                Kill(work);
        }
    }

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static void Allow(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Text()
    {
        int port = 20000 + (Environment.ProcessId % 20000);
        return $"""
            ClusterName=trials
            SlurmctldHost=localhost(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            SlurmctldPort={port}
            SlurmdPort={port + 1}
            AuthType=auth/munge
            AuthInfo=socket={At("run/munge.socket")}
            CredType=cred/munge
            StateSaveLocation={At("state")}
            SlurmdSpoolDir={At("spool")}/%n
            SlurmctldPidFile={At("run/slurmctld.pid")}
            SlurmdPidFile={At("run")}/slurmd-%n.pid
            SlurmctldLogFile={At("log/slurmctld.log")}
            SlurmdLogFile={At("log")}/slurmd-%n.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            MpiDefault=none
            SwitchType=switch/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            SchedulerType=sched/backfill
            SchedulerParameters=sched_interval=2,bf_interval=2
            ReturnToService=2
            SlurmdParameters=config_overrides
            KillWait=2
            SlurmdTimeout=300
            PropagateResourceLimits=NONE
            NodeName=DEFAULT CPUs=1 Boards=1 SocketsPerBoard=1 CoresPerSocket=1 ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
            {string.Join('\n', Enumerable.Range(1, Nodes).Select(n => $"NodeName=n{n} NodeHostname=localhost NodeAddr=127.0.0.1 Port={port + 1 + n}"))}
            PartitionName=main Nodes=n[1-{Nodes}] Default=YES MaxTime=INFINITE State=UP

            """;
    }

    private bool IsOf(int id, string node)
    {
        try
        {
            string environment = File.ReadAllText($"/proc/{id}/environ");
            return environment.Contains($"SLURMD_NODENAME={node}\0", StringComparison.Ordinal) && environment.Contains(_folder, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static int ParentOf(int id) => int.Parse(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..].Trim(), null);

    private static string NameOf(int id) => File.ReadAllText($"/proc/{id}/comm").Trim();

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
