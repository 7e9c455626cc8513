using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// The trials of one subject of the motor adaptation study that prospective configuration simulates: two colours are
/// trained with opposite forces, then single trials of all four pairs are probed, each between two trials of the first colour without force.
/// </summary>
public sealed class ForceFieldSchedule
{
    private const int TrainingBlocks = 24, TestBlocks = 8, SetsOfABlock = 4, TrialsOfASet = 4;

    private readonly List<ForceFieldTrial> _trials = [];
    private readonly List<ForceFieldProbe> _probes = [];
    private readonly RandomStream _random;

    /// <summary>Draws a subject's trials.</summary>
    /// <param name="random">Where from.</param>
    public ForceFieldSchedule(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        Washouts afterTraining = new(random, 14, 16, 18), betweenTriplets = new(random, 6, 8, 10), beforeProbes = new(random, 2, 4, 6);
        for (int block = 0; block < TrainingBlocks; block++)
        {
            AddBothWithoutForce(1);
            for (int set = 0; set < SetsOfABlock; set++)
                AddShuffled([.. Enumerable.Repeat(Trained[0], TrialsOfASet), .. Enumerable.Repeat(Trained[1], TrialsOfASet)]);
            AddBothWithoutForce(1);
            ForceFieldTrial[] exposed = [.. Trained];
            random.Shuffle<ForceFieldTrial>(exposed);
            AddBothWithoutForce(afterTraining.Next() / 2);
            AddTriplet(exposed[0]);
            AddBothWithoutForce(betweenTriplets.Next() / 2);
            AddTriplet(exposed[1]);
        }
        for (int block = 0; block < TestBlocks; block++)
        {
            int[] groups = new int[Groups.Count];
            random.FillPermutation(groups);
            foreach (int group in groups)
            {
                AddBothWithoutForce(beforeProbes.Next() / 2);
                _probes.Add(new(_trials.Count, group));
                AddTriplet(Groups[group]);
            }
        }
    }

    /// <summary>The pairs that are probed, in the publication's order: 1+, 2+, 1-, 2-.</summary>
    public static IReadOnlyList<ForceFieldTrial> Groups { get; } = [new(0, Force.Plus), new(1, Force.Plus), new(0, Force.Minus), new(1, Force.Minus)];

    /// <summary>The pairs that are trained: 1+ and 2-.</summary>
    public static IReadOnlyList<ForceFieldTrial> Trained { get; } = [new(0, Force.Plus), new(1, Force.Minus)];

    /// <summary>All trials, in order.</summary>
    public IReadOnlyList<ForceFieldTrial> Trials => _trials;

    /// <summary>The probes, in order.</summary>
    public IReadOnlyList<ForceFieldProbe> Probes => _probes;

    private void AddTriplet(ForceFieldTrial middle) => _trials.AddRange([new(0, Force.None), middle, new(0, Force.None)]);

    private void AddBothWithoutForce(int each) => AddShuffled([.. Enumerable.Repeat(new ForceFieldTrial(0, Force.None), each), .. Enumerable.Repeat(new ForceFieldTrial(1, Force.None), each)]);

    private void AddShuffled(ForceFieldTrial[] trials)
    {
        _random.Shuffle<ForceFieldTrial>(trials);
        _trials.AddRange(trials);
    }

    /// <summary>Lengths of washouts: drawn without replacement, and filled up when empty.</summary>
    private sealed class Washouts(RandomStream random, params int[] lengths)
    {
        private readonly Stack<int> _left = [];

        public int Next()
        {
            if (_left.Count == 0)
            {
                int[] drawn = [.. lengths];
                random.Shuffle<int>(drawn);
                foreach (int length in drawn)
                    _left.Push(length);
            }
            return _left.Pop();
        }
    }
}

/// <summary>A probe: three trials, of which the middle one has the group's colour and force and the others the first colour and no force.</summary>
/// <param name="First">Number of the first of the three trials.</param>
/// <param name="Group">Index in <see cref="ForceFieldSchedule.Groups"/>.</param>
public readonly record struct ForceFieldProbe(int First, int Group);
