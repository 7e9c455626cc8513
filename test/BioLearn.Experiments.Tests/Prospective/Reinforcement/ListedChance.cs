using System.Text.Json;
using BioLearn.Experiments.Prospective.ClassicControl;
using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Tests.Prospective.Reinforcement;

/// <summary>The draws that a fixture lists for an episode.</summary>
internal sealed class ListedChance() : EpisodeChance(new RandomStream(0, "-"), new RandomStream(0, "-"), new RandomStream(0, "-"))
{
    private Queue<double> _draws = [];
    private Queue<int> _actions = [];
    private Queue<int[]> _batches = [];
    private double[] _start = [];

    public void Load(JsonElement episode)
    {
        _start = episode.Numbers("initial_state");
        _draws = new(episode.Numbers("epsilon_draws"));
        _actions = new(episode.Integers("random_actions"));
        _batches = new(episode.GetProperty("batch_memory_indices").EnumerateArray().Select(b => b.Numbers().Select(n => (int)n).ToArray()));
    }

    public bool IsUsedUp => _draws.Count + _actions.Count + _batches.Count == 0;

    public override void Start(ControlTask task) => task.Start(_start);

    public override double Explore() => _draws.Dequeue();

    public override int Action(int actions) => _actions.Dequeue();

    public override void Replay(int count, Span<int> indices) => _batches.Dequeue().CopyTo(indices);
}
