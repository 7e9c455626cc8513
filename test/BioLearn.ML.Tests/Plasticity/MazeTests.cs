using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.Mazes;
using BioLearn.ML.Plasticity.Neuromodulation;

namespace BioLearn.ML.Tests.Plasticity;

public class MazeTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(13)]
    public void Walls_surround_the_maze_and_pillars_stand_at_even_places(int size)
    {
        Maze maze = new(new() { Size = size }, new RandomStream(1, "maze"));
        int free = 0;
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                bool border = row == 0 || column == 0 || row == size - 1 || column == size - 1, centre = row == size / 2 && column == size / 2;
                bool expected = !centre && (border || (row % 2 == 0 && column % 2 == 0));
                Assert.Equal(expected, maze.IsWall(new(row, column)));
                free += expected ? 0 : 1;
            }
        }
        Assert.Equal(new MazeCell(size / 2, size / 2), maze.Agent);
        Assert.False(maze.IsWall(maze.Goal));
        Assert.NotEqual(maze.Agent, maze.Goal);
        Assert.True(free > 0);
    }

    [Fact]
    public void Agent_senses_walls_time_reward_and_its_last_action_and_is_moved_away_from_the_reward()
    {
        MazeOptions options = new() { Size = 7, Steps = 40, Reward = 3, WallPenalty = .5 };
        float[] inputs = new float[Maze.Inputs];
        RandomStream choices = new(4, "choices");
        int bumps = 0, rewards = 0;
        for (int episode = 0; episode < 30; episode++)
        {
            Maze maze = new(options, new RandomStream(episode, "maze"));
            int last = -1;
            double reward = 0;
            for (int t = 0; t < options.Steps; t++)
            {
                MazeCell before = maze.Agent;
                maze.Sense(inputs);
                Assert.Equal(maze.IsWall(before with { Row = before.Row - 1 }) ? 1 : 0, inputs[1]);
                Assert.Equal(maze.IsWall(before with { Column = before.Column + 1 }) ? 1 : 0, inputs[5]);
                Assert.Equal([0f, 1, t / 40f, (float)reward], inputs[9..13]);
                Assert.Equal(last < 0 ? 0 : 1, inputs[13..17].Sum());
                last = choices.NextInt(Maze.Actions);
                reward = maze.Act(last);
                Assert.False(maze.IsWall(maze.Agent));
                if (reward < 0)
                {
                    bumps++;
                    Assert.Equal((-.5, before), (reward, maze.Agent));
                }
                if (reward > 0)
                {
                    rewards++;
                    Assert.Equal(3, reward);
                    Assert.NotEqual(maze.Goal, maze.Agent);
                    Assert.Equal(1, Math.Abs(before.Row - maze.Goal.Row) + Math.Abs(before.Column - maze.Goal.Column));
                }
            }
        }
        Assert.True(bumps > 100 && rewards > 10);
    }

    [Theory]
    [InlineData(false, Modulation.None)]
    [InlineData(true, Modulation.None)]
    [InlineData(true, Modulation.Simple)]
    [InlineData(true, Modulation.Retroactive)]
    public void Training_goes_on_from_a_state_to_the_last_bit(bool plastic, Modulation modulation)
    {
        MazeTrainerOptions options = new() { Maze = new() { Size = 5, Steps = 12 }, Plastic = plastic, Modulation = modulation, Neurons = 11, BatchSize = 3, LearningRate = 1e-2 };
        MazeTrainer whole = new(options, 3), first = new(options, 3), second = new(options, 8);
        double[] expected = [.. Enumerable.Range(0, 6).Select(_ => whole.Update())];
        double[] seen = [.. Enumerable.Range(0, 2).Select(_ => first.Update())];
        using MemoryStream state = new();
        first.SaveState(new BinaryWriter(state));
        state.Position = 0;
        // Weights come from the state, what is drawn from the seed: it must be the same.
        second = new(options, 3);
        second.LoadState(new BinaryReader(state));
        Assert.Equal(2, second.Updates);
        Assert.Equal(expected, seen.Concat(Enumerable.Range(0, 4).Select(_ => second.Update())).ToArray());
        Assert.Equal(whole.Network.Weights.ToDense(), second.Network.Weights.ToDense());
        Assert.Equal(!plastic, whole.Network.Alpha.ToDense().All(alpha => alpha == 0));
        state.Position = 0;
        MazeTrainer other = new(options with { Neurons = 12 }, 3);
        Assert.Throws<InvalidDataException>(() => other.LoadState(new BinaryReader(state)));
    }

    [Fact]
    public void Reward_grows_with_training()
    {
        MazeTrainer trainer = new(new() { Maze = new() { Size = 5, Steps = 20 }, Neurons = 20, BatchSize = 16, LearningRate = 3e-3 }, 1);
        double early = Enumerable.Range(0, 20).Average(_ => trainer.Update());
        for (int i = 0; i < 250; i++)
            trainer.Update();
        double late = Enumerable.Range(0, 20).Average(_ => trainer.Update());
        Assert.True(late > 1.5 * early, $"{early} to {late}");
        var (steps, goal) = trainer.Play("shown");
        Assert.Equal(20, steps.Count);
        Assert.All(steps.Where(step => step.Reward > 0), step => Assert.Equal(1, Math.Abs(step.Agent.Row - goal.Row) + Math.Abs(step.Agent.Column - goal.Column)));
        Assert.Contains(steps, step => step.Signal != 0);
    }
}
